CREATE TABLE superseded (
	load INTEGER NOT NULL, 
	by_load INTEGER NOT NULL, 
	who VARCHAR(200) NOT NULL, 
	reason VARCHAR(500) NOT NULL, 
	PRIMARY KEY (load), 
	CONSTRAINT superseded_by_a_later_load CHECK (by_load > load), 
	CONSTRAINT superseded_for_a_reason CHECK (reason <> ''), 
	FOREIGN KEY(load) REFERENCES loads (load), 
	FOREIGN KEY(by_load) REFERENCES loads (load)
);

CREATE TRIGGER "superseded_kept" BEFORE DELETE ON "superseded" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "superseded_whole" BEFORE TRUNCATE ON "superseded" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "superseded_fixed" BEFORE UPDATE ON "superseded" FOR EACH ROW WHEN (NEW."load" IS DISTINCT FROM OLD."load" OR NEW."by_load" IS DISTINCT FROM OLD."by_load" OR NEW."who" IS DISTINCT FROM OLD."who" OR NEW."reason" IS DISTINCT FROM OLD."reason") EXECUTE FUNCTION refuse_change();
