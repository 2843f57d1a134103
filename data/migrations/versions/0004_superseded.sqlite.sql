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

CREATE TRIGGER superseded_kept BEFORE DELETE ON superseded BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER superseded_fixed BEFORE UPDATE ON superseded WHEN NEW."load" IS NOT OLD."load" OR NEW."by_load" IS NOT OLD."by_load" OR NEW."who" IS NOT OLD."who" OR NEW."reason" IS NOT OLD."reason" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER superseded_anew BEFORE INSERT ON superseded WHEN EXISTS (SELECT 1 FROM "superseded" WHERE "load" = NEW."load") OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "superseded" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
