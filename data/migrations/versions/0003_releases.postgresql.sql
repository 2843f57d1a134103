CREATE TABLE releases (
	release INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	origin VARCHAR(10) NOT NULL, 
	PRIMARY KEY (release), 
	CONSTRAINT releases_one_of_each_version UNIQUE (number, version), 
	CONSTRAINT releases_counted_from_one CHECK (number >= 1 AND version >= 1), 
	CONSTRAINT releases_origin_known CHECK (origin IN ('candour', 'elsewhere'))
);

CREATE OR REPLACE FUNCTION releases_out_of_turn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF COALESCE(EXISTS (SELECT 1 FROM releases WHERE number = NEW.number AND version = NEW.version), FALSE) OR COALESCE(NEW.version > 1 AND NOT EXISTS (SELECT 1 FROM releases WHERE number = NEW.number AND version = NEW.version - 1), FALSE) THEN RAISE EXCEPTION 'a release goes its way step by step, and by two people'; END IF; RETURN NEW; END $$;

CREATE TRIGGER "releases_in_turn" BEFORE INSERT ON "releases" FOR EACH ROW EXECUTE FUNCTION releases_out_of_turn();

CREATE TRIGGER "releases_kept" BEFORE DELETE ON "releases" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "releases_whole" BEFORE TRUNCATE ON "releases" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "releases_fixed" BEFORE UPDATE ON "releases" FOR EACH ROW WHEN (NEW."release" IS DISTINCT FROM OLD."release" OR NEW."number" IS DISTINCT FROM OLD."number" OR NEW."version" IS DISTINCT FROM OLD."version" OR NEW."origin" IS DISTINCT FROM OLD."origin") EXECUTE FUNCTION refuse_change();

CREATE TABLE release_steps (
	release INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	who VARCHAR(200) NOT NULL, 
	role VARCHAR(40) NOT NULL, 
	reason VARCHAR(500) NOT NULL, 
	draft TEXT, 
	frozen VARCHAR(64), 
	published_at VARCHAR(32), 
	PRIMARY KEY (release, step), 
	CONSTRAINT release_steps_known CHECK (kind IN ('drafted', 'edited', 'submitted', 'returned', 'approved', 'recalled', 'withdrawn', 'abandoned', 'entered', 'confirmed')), 
	CONSTRAINT release_steps_reasoned CHECK (kind NOT IN ('returned', 'recalled', 'withdrawn', 'abandoned') OR reason <> ''), 
	CONSTRAINT release_steps_drafts_written CHECK ((kind IN ('drafted', 'edited')) = (draft IS NOT NULL)), 
	CONSTRAINT release_steps_frozen_named CHECK ((kind IN ('submitted', 'entered', 'approved', 'confirmed')) = (frozen IS NOT NULL)), 
	CONSTRAINT release_moment_named CHECK ((kind IN ('entered', 'confirmed', 'approved')) = (published_at IS NOT NULL)), 
	CONSTRAINT release_steps_never_public_before_approval CHECK (kind <> 'approved' OR published_at >= at), 
	CONSTRAINT release_steps_entered_once_public CHECK (kind NOT IN ('entered', 'confirmed') OR published_at <= at), 
	FOREIGN KEY(release) REFERENCES releases (release)
);

CREATE OR REPLACE FUNCTION release_steps_out_of_turn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF COALESCE(NOT COALESCE((NEW.step = 1 AND NEW.kind IN ('drafted', 'entered') AND NEW.kind = (SELECT CASE origin WHEN 'elsewhere' THEN 'entered' ELSE 'drafted' END FROM releases WHERE release = NEW.release)) OR (NEW.kind = 'edited' AND (SELECT kind FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1) IN ('drafted', 'edited', 'returned', 'recalled', 'abandoned')) OR (NEW.kind = 'submitted' AND (SELECT kind FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1) IN ('drafted', 'edited', 'returned', 'recalled')) OR (NEW.kind = 'abandoned' AND (SELECT kind FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1) IN ('drafted', 'edited', 'returned', 'recalled', 'entered')) OR (NEW.kind = 'returned' AND (SELECT kind FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1) IN ('submitted')) OR (NEW.kind = 'approved' AND (SELECT kind FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1) IN ('submitted')) OR (NEW.kind = 'recalled' AND (SELECT kind FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1) IN ('approved')) OR (NEW.kind = 'withdrawn' AND (SELECT kind FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1) IN ('approved', 'confirmed')) OR (NEW.kind = 'entered' AND (SELECT kind FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1) IN ('abandoned')) OR (NEW.kind = 'confirmed' AND (SELECT kind FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1) IN ('entered')), FALSE), FALSE) OR COALESCE((NEW.kind NOT IN ('drafted', 'edited', 'submitted', 'returned', 'approved', 'recalled', 'withdrawn', 'abandoned') AND (SELECT origin FROM releases WHERE release = NEW.release) = 'candour') OR (NEW.kind NOT IN ('entered', 'confirmed', 'abandoned', 'withdrawn') AND (SELECT origin FROM releases WHERE release = NEW.release) = 'elsewhere'), FALSE) OR COALESCE(NEW.step <> 1 + COALESCE((SELECT max(step) FROM release_steps WHERE release = NEW.release), 0), FALSE) OR COALESCE(NEW.who <> trim(NEW.who) OR NEW.who = '' OR NEW.who ~ '[[:cntrl:]]', FALSE) OR COALESCE(NEW.at !~ '^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9][.][0-9][0-9][0-9][0-9][0-9][0-9][+]00:00$' OR to_char(CAST(substr(NEW.at, 1, 19) AS timestamp), 'YYYY-MM-DD"T"HH24:MI:SS') <> substr(NEW.at, 1, 19), FALSE) OR COALESCE(NEW.published_at !~ '^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9][.][0-9][0-9][0-9][0-9][0-9][0-9][+]00:00$' OR to_char(CAST(substr(NEW.published_at, 1, 19) AS timestamp), 'YYYY-MM-DD"T"HH24:MI:SS') <> substr(NEW.published_at, 1, 19), FALSE) OR COALESCE(NEW.draft IS NOT NULL AND (SELECT count(*) <> count(DISTINCT key) FROM json_object_keys(CAST(NEW.draft AS json)) key), FALSE) OR COALESCE(NEW.at < (SELECT at FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1), FALSE) OR COALESCE(NEW.kind IN ('approved', 'confirmed') AND EXISTS (SELECT 1 FROM release_steps WHERE release = NEW.release AND lower(who) = lower(NEW.who) AND kind IN ('drafted', 'edited', 'submitted', 'entered')), FALSE) OR COALESCE(NEW.kind IN ('approved', 'confirmed') AND NEW.frozen <> (SELECT frozen FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1), FALSE) OR COALESCE(NEW.kind IN ('approved', 'confirmed') AND NOT EXISTS (SELECT 1 FROM release_frozen WHERE release = NEW.release AND step = NEW.step - 1 AND digest = NEW.frozen), FALSE) OR COALESCE(NEW.kind = 'confirmed' AND NEW.published_at <> (SELECT published_at FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1), FALSE) OR COALESCE(NEW.kind = 'submitted' AND EXISTS (SELECT 1 FROM release_overrides standing WHERE standing.release = NEW.release AND standing.given AND NOT EXISTS (SELECT 1 FROM release_overrides later WHERE later.release = standing.release AND later.entry > standing.entry AND CAST(CAST(standing.cell AS json) -> 'figure' AS text) = CAST(CAST(later.cell AS json) -> 'figure' AS text) AND CAST(CAST(standing.cell AS json) -> 'by' AS text) = CAST(CAST(later.cell AS json) -> 'by' AS text) AND CAST(CAST(standing.cell AS json) -> 'where' AS text) = CAST(CAST(later.cell AS json) -> 'where' AS text)) AND (lower(standing.who) = lower(NEW.who) OR EXISTS (SELECT 1 FROM release_steps WHERE release = NEW.release AND lower(who) = lower(standing.who) AND kind IN ('drafted', 'edited', 'submitted', 'entered')))), FALSE) OR COALESCE(NEW.kind = 'approved' AND substr(NEW.published_at, 1, 19) < (SELECT to_char(CAST(CAST(draft AS json) ->> 'embargo' AS timestamptz) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') FROM release_steps WHERE release = NEW.release AND kind IN ('drafted', 'edited') ORDER BY step DESC LIMIT 1), FALSE) OR COALESCE(NEW.kind = 'recalled' AND NEW.at >= (SELECT published_at FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1), FALSE) OR COALESCE(NEW.kind = 'recalled' AND to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') >= substr((SELECT published_at FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1), 1, 19), FALSE) OR COALESCE(NEW.kind = 'withdrawn' AND NEW.at < (SELECT published_at FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1), FALSE) OR COALESCE(NEW.kind IN ('drafted', 'entered') AND (SELECT version FROM releases WHERE release = NEW.release) > 1 AND NOT EXISTS (SELECT 1 FROM releases this JOIN releases earlier ON earlier.number = this.number AND earlier.version = this.version - 1 JOIN release_steps was ON was.release = earlier.release AND was.kind IN ('approved', 'confirmed') AND was.published_at <= NEW.at AND NOT EXISTS (SELECT 1 FROM release_steps later WHERE later.release = was.release AND later.step > was.step AND later.kind <> 'withdrawn') WHERE this.release = NEW.release AND earlier.origin = this.origin), FALSE) THEN RAISE EXCEPTION 'a release goes its way step by step, and by two people'; END IF; RETURN NEW; END $$;

CREATE TRIGGER "release_steps_in_turn" BEFORE INSERT ON "release_steps" FOR EACH ROW EXECUTE FUNCTION release_steps_out_of_turn();

CREATE TRIGGER "release_steps_kept" BEFORE DELETE ON "release_steps" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "release_steps_whole" BEFORE TRUNCATE ON "release_steps" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "release_steps_fixed" BEFORE UPDATE ON "release_steps" FOR EACH ROW WHEN (NEW."release" IS DISTINCT FROM OLD."release" OR NEW."step" IS DISTINCT FROM OLD."step" OR NEW."at" IS DISTINCT FROM OLD."at" OR NEW."kind" IS DISTINCT FROM OLD."kind" OR NEW."who" IS DISTINCT FROM OLD."who" OR NEW."role" IS DISTINCT FROM OLD."role" OR NEW."reason" IS DISTINCT FROM OLD."reason" OR NEW."draft" IS DISTINCT FROM OLD."draft" OR NEW."frozen" IS DISTINCT FROM OLD."frozen" OR NEW."published_at" IS DISTINCT FROM OLD."published_at") EXECUTE FUNCTION refuse_change();

CREATE TABLE release_access (
	release INTEGER NOT NULL, 
	entry INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	reader VARCHAR(200) NOT NULL, 
	given BOOLEAN NOT NULL, 
	who VARCHAR(200) NOT NULL, 
	role VARCHAR(40) NOT NULL, 
	reason VARCHAR(500) NOT NULL, 
	PRIMARY KEY (release, entry), 
	CONSTRAINT release_access_reasoned CHECK (reader <> '' AND reason <> ''), 
	FOREIGN KEY(release) REFERENCES releases (release)
);

CREATE OR REPLACE FUNCTION release_access_out_of_turn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF COALESCE(NEW.entry <> 1 + COALESCE((SELECT max(entry) FROM release_access WHERE release = NEW.release), 0), FALSE) OR COALESCE(NEW.who <> trim(NEW.who) OR NEW.who = '' OR NEW.who ~ '[[:cntrl:]]', FALSE) OR COALESCE(NEW.reader <> trim(NEW.reader) OR NEW.reader = '' OR NEW.reader ~ '[[:cntrl:]]', FALSE) OR COALESCE(NEW.at !~ '^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9][.][0-9][0-9][0-9][0-9][0-9][0-9][+]00:00$' OR to_char(CAST(substr(NEW.at, 1, 19) AS timestamp), 'YYYY-MM-DD"T"HH24:MI:SS') <> substr(NEW.at, 1, 19), FALSE) THEN RAISE EXCEPTION 'a release goes its way step by step, and by two people'; END IF; RETURN NEW; END $$;

CREATE TRIGGER "release_access_in_turn" BEFORE INSERT ON "release_access" FOR EACH ROW EXECUTE FUNCTION release_access_out_of_turn();

CREATE TRIGGER "release_access_kept" BEFORE DELETE ON "release_access" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "release_access_whole" BEFORE TRUNCATE ON "release_access" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "release_access_fixed" BEFORE UPDATE ON "release_access" FOR EACH ROW WHEN (NEW."release" IS DISTINCT FROM OLD."release" OR NEW."entry" IS DISTINCT FROM OLD."entry" OR NEW."at" IS DISTINCT FROM OLD."at" OR NEW."reader" IS DISTINCT FROM OLD."reader" OR NEW."given" IS DISTINCT FROM OLD."given" OR NEW."who" IS DISTINCT FROM OLD."who" OR NEW."role" IS DISTINCT FROM OLD."role" OR NEW."reason" IS DISTINCT FROM OLD."reason") EXECUTE FUNCTION refuse_change();

CREATE TABLE release_overrides (
	release INTEGER NOT NULL, 
	entry INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	cell VARCHAR(1000) NOT NULL, 
	given BOOLEAN NOT NULL, 
	who VARCHAR(200) NOT NULL, 
	role VARCHAR(40) NOT NULL, 
	reason VARCHAR(500) NOT NULL, 
	PRIMARY KEY (release, entry), 
	CONSTRAINT release_overrides_reasoned CHECK (who <> '' AND reason <> ''), 
	FOREIGN KEY(release) REFERENCES releases (release)
);

CREATE OR REPLACE FUNCTION release_overrides_out_of_turn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF COALESCE(NEW.entry <> 1 + COALESCE((SELECT max(entry) FROM release_overrides WHERE release = NEW.release), 0), FALSE) OR COALESCE(NEW.who <> trim(NEW.who) OR NEW.who = '' OR NEW.who ~ '[[:cntrl:]]', FALSE) OR COALESCE(NEW.at !~ '^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9][.][0-9][0-9][0-9][0-9][0-9][0-9][+]00:00$' OR to_char(CAST(substr(NEW.at, 1, 19) AS timestamp), 'YYYY-MM-DD"T"HH24:MI:SS') <> substr(NEW.at, 1, 19), FALSE) OR COALESCE(EXISTS (SELECT 1 FROM release_steps WHERE release = NEW.release AND lower(who) = lower(NEW.who) AND kind IN ('drafted', 'edited', 'submitted', 'entered')), FALSE) OR COALESCE(COALESCE((SELECT kind FROM release_steps WHERE release = NEW.release ORDER BY step DESC LIMIT 1), '') NOT IN ('drafted', 'edited', 'returned', 'recalled'), FALSE) THEN RAISE EXCEPTION 'a release goes its way step by step, and by two people'; END IF; RETURN NEW; END $$;

CREATE TRIGGER "release_overrides_in_turn" BEFORE INSERT ON "release_overrides" FOR EACH ROW EXECUTE FUNCTION release_overrides_out_of_turn();

CREATE TRIGGER "release_overrides_kept" BEFORE DELETE ON "release_overrides" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "release_overrides_whole" BEFORE TRUNCATE ON "release_overrides" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "release_overrides_fixed" BEFORE UPDATE ON "release_overrides" FOR EACH ROW WHEN (NEW."release" IS DISTINCT FROM OLD."release" OR NEW."entry" IS DISTINCT FROM OLD."entry" OR NEW."at" IS DISTINCT FROM OLD."at" OR NEW."cell" IS DISTINCT FROM OLD."cell" OR NEW."given" IS DISTINCT FROM OLD."given" OR NEW."who" IS DISTINCT FROM OLD."who" OR NEW."role" IS DISTINCT FROM OLD."role" OR NEW."reason" IS DISTINCT FROM OLD."reason") EXECUTE FUNCTION refuse_change();

CREATE TABLE release_frozen (
	release INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	counted TEXT NOT NULL, 
	told TEXT NOT NULL, 
	PRIMARY KEY (release, step), 
	FOREIGN KEY(release, step) REFERENCES release_steps (release, step)
);

CREATE OR REPLACE FUNCTION release_frozen_out_of_turn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF COALESCE(NEW.digest <> COALESCE((SELECT frozen FROM release_steps WHERE release = NEW.release AND step = NEW.step AND kind IN ('submitted', 'entered')), ''), FALSE) OR COALESCE((NEW.counted = '') <> ((SELECT origin FROM releases WHERE release = NEW.release) = 'elsewhere'), FALSE) THEN RAISE EXCEPTION 'a release goes its way step by step, and by two people'; END IF; RETURN NEW; END $$;

CREATE TRIGGER "release_frozen_in_turn" BEFORE INSERT ON "release_frozen" FOR EACH ROW EXECUTE FUNCTION release_frozen_out_of_turn();

CREATE TRIGGER "release_frozen_kept" BEFORE DELETE ON "release_frozen" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "release_frozen_whole" BEFORE TRUNCATE ON "release_frozen" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "release_frozen_fixed" BEFORE UPDATE ON "release_frozen" FOR EACH ROW WHEN (NEW."release" IS DISTINCT FROM OLD."release" OR NEW."step" IS DISTINCT FROM OLD."step" OR NEW."digest" IS DISTINCT FROM OLD."digest" OR NEW."counted" IS DISTINCT FROM OLD."counted" OR NEW."told" IS DISTINCT FROM OLD."told") EXECUTE FUNCTION refuse_change();
