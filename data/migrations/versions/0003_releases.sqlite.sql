CREATE TABLE releases (
	release INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	origin VARCHAR(10) NOT NULL, 
	PRIMARY KEY (release), 
	CONSTRAINT releases_one_of_each_version UNIQUE (number, version), 
	CONSTRAINT releases_counted_from_one CHECK (number >= 1 AND version >= 1), 
	CONSTRAINT releases_of_their_types CHECK (typeof(release) = 'integer' AND typeof(number) = 'integer' AND typeof(version) = 'integer' AND typeof(origin) = 'text'), 
	CONSTRAINT releases_origin_known CHECK (origin IN ('candour', 'elsewhere'))
);

CREATE TRIGGER releases_in_turn BEFORE INSERT ON releases WHEN COALESCE(EXISTS (SELECT 1 FROM releases WHERE number = NEW.number AND version = NEW.version), FALSE) OR COALESCE(NEW.version > 1 AND NOT EXISTS (SELECT 1 FROM releases WHERE number = NEW.number AND version = NEW.version - 1), FALSE) BEGIN SELECT RAISE(ABORT, 'a release goes its way step by step, and by two people'); END;

CREATE TRIGGER releases_kept BEFORE DELETE ON releases BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER releases_fixed BEFORE UPDATE ON releases WHEN NEW."release" IS NOT OLD."release" OR NEW."number" IS NOT OLD."number" OR NEW."version" IS NOT OLD."version" OR NEW."origin" IS NOT OLD."origin" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER releases_anew BEFORE INSERT ON releases WHEN EXISTS (SELECT 1 FROM "releases" WHERE "release" = NEW."release") OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "releases" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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
	CONSTRAINT release_steps_of_their_types CHECK (typeof(release) = 'integer' AND typeof(step) = 'integer' AND typeof(at) = 'text' AND typeof(kind) = 'text' AND typeof(who) = 'text'), 
	FOREIGN KEY(release) REFERENCES releases (release)
);

CREATE TRIGGER release_steps_in_turn BEFORE INSERT ON release_steps WHEN COALESCE(NOT COALESCE((NEW.step = 1 AND NEW.kind IN ('drafted', 'entered') AND NEW.kind = (SELECT CASE origin WHEN 'elsewhere' THEN 'entered' ELSE 'drafted' END FROM releases WHERE release = NEW.release)) OR (NEW.kind = 'edited' AND (SELECT kind FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1) IN ('drafted', 'edited', 'returned', 'recalled', 'abandoned')) OR (NEW.kind = 'submitted' AND (SELECT kind FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1) IN ('drafted', 'edited', 'returned', 'recalled')) OR (NEW.kind = 'abandoned' AND (SELECT kind FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1) IN ('drafted', 'edited', 'returned', 'recalled', 'entered')) OR (NEW.kind = 'returned' AND (SELECT kind FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1) IN ('submitted')) OR (NEW.kind = 'approved' AND (SELECT kind FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1) IN ('submitted')) OR (NEW.kind = 'recalled' AND (SELECT kind FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1) IN ('approved')) OR (NEW.kind = 'withdrawn' AND (SELECT kind FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1) IN ('approved', 'confirmed')) OR (NEW.kind = 'entered' AND (SELECT kind FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1) IN ('abandoned')) OR (NEW.kind = 'confirmed' AND (SELECT kind FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1) IN ('entered')), FALSE), FALSE) OR COALESCE((NEW.kind NOT IN ('drafted', 'edited', 'submitted', 'returned', 'approved', 'recalled', 'withdrawn', 'abandoned') AND (SELECT origin FROM releases WHERE release = NEW.release) = 'candour') OR (NEW.kind NOT IN ('entered', 'confirmed', 'abandoned', 'withdrawn') AND (SELECT origin FROM releases WHERE release = NEW.release) = 'elsewhere'), FALSE) OR COALESCE(NEW.step <> 1 + COALESCE((SELECT max(step) FROM release_steps WHERE release = NEW.release), 0), FALSE) OR COALESCE(NEW.who <> trim(NEW.who) OR NEW.who = '' OR NEW.who GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*', FALSE) OR COALESCE(NEW.at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]+00:00' OR COALESCE(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.at, 1, 19), '+0 days'), '') <> substr(NEW.at, 1, 19), FALSE) OR COALESCE(NEW.published_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]+00:00' OR COALESCE(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.published_at, 1, 19), '+0 days'), '') <> substr(NEW.published_at, 1, 19), FALSE) OR COALESCE(NEW.draft IS NOT NULL AND (SELECT count(*) <> count(DISTINCT key) FROM json_each(NEW.draft)), FALSE) OR COALESCE(NEW.at < (SELECT at FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1), FALSE) OR COALESCE(NEW.kind IN ('approved', 'confirmed') AND EXISTS (SELECT 1 FROM release_steps WHERE release = NEW.release AND lower(who) = lower(NEW.who) AND kind IN ('drafted', 'edited', 'submitted', 'entered')), FALSE) OR COALESCE(NEW.kind IN ('approved', 'confirmed') AND NEW.frozen <> (SELECT frozen FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1), FALSE) OR COALESCE(NEW.kind IN ('approved', 'confirmed') AND NOT EXISTS (SELECT 1 FROM release_frozen WHERE release = NEW.release AND step = NEW.step - 1 AND digest = NEW.frozen), FALSE) OR COALESCE(NEW.kind = 'confirmed' AND NEW.published_at <> (SELECT published_at FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1), FALSE) OR COALESCE(NEW.kind = 'submitted' AND EXISTS (SELECT 1 FROM release_overrides standing WHERE standing.release = NEW.release AND standing.given AND NOT EXISTS (SELECT 1 FROM release_overrides later WHERE later.release = standing.release AND later.entry > standing.entry AND json_extract(standing.cell, '$.figure') = json_extract(later.cell, '$.figure') AND json_extract(standing.cell, '$.by') = json_extract(later.cell, '$.by') AND json_extract(standing.cell, '$.where') = json_extract(later.cell, '$.where')) AND (lower(standing.who) = lower(NEW.who) OR EXISTS (SELECT 1 FROM release_steps WHERE release = NEW.release AND lower(who) = lower(standing.who) AND kind IN ('drafted', 'edited', 'submitted', 'entered')))), FALSE) OR COALESCE(NEW.kind = 'approved' AND substr(NEW.published_at, 1, 19) < (SELECT replace(datetime(json_extract(draft, '$.embargo')), ' ', 'T') FROM release_steps WHERE release = NEW.release AND kind IN ('drafted', 'edited') ORDER BY step DESC LIMIT 1), FALSE) OR COALESCE(NEW.kind = 'recalled' AND NEW.at >= (SELECT published_at FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1), FALSE) OR COALESCE(NEW.kind = 'recalled' AND replace(datetime('now'), ' ', 'T') >= substr((SELECT published_at FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1), 1, 19), FALSE) OR COALESCE(NEW.kind = 'withdrawn' AND NEW.at < (SELECT published_at FROM release_steps WHERE release = NEW.release AND step = NEW.step - 1), FALSE) OR COALESCE(NEW.kind IN ('drafted', 'entered') AND (SELECT version FROM releases WHERE release = NEW.release) > 1 AND NOT EXISTS (SELECT 1 FROM releases this JOIN releases earlier ON earlier.number = this.number AND earlier.version = this.version - 1 JOIN release_steps was ON was.release = earlier.release AND was.kind IN ('approved', 'confirmed') AND was.published_at <= NEW.at AND NOT EXISTS (SELECT 1 FROM release_steps later WHERE later.release = was.release AND later.step > was.step AND later.kind <> 'withdrawn') WHERE this.release = NEW.release AND earlier.origin = this.origin), FALSE) BEGIN SELECT RAISE(ABORT, 'a release goes its way step by step, and by two people'); END;

CREATE TRIGGER release_steps_kept BEFORE DELETE ON release_steps BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER release_steps_fixed BEFORE UPDATE ON release_steps WHEN NEW."release" IS NOT OLD."release" OR NEW."step" IS NOT OLD."step" OR NEW."at" IS NOT OLD."at" OR NEW."kind" IS NOT OLD."kind" OR NEW."who" IS NOT OLD."who" OR NEW."role" IS NOT OLD."role" OR NEW."reason" IS NOT OLD."reason" OR NEW."draft" IS NOT OLD."draft" OR NEW."frozen" IS NOT OLD."frozen" OR NEW."published_at" IS NOT OLD."published_at" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER release_steps_anew BEFORE INSERT ON release_steps WHEN EXISTS (SELECT 1 FROM "release_steps" WHERE "release" = NEW."release" AND "step" = NEW."step") OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "release_steps" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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
	CONSTRAINT release_access_of_their_types CHECK (typeof(release) = 'integer' AND typeof(entry) = 'integer' AND typeof(at) = 'text' AND typeof(reader) = 'text' AND typeof(who) = 'text'), 
	FOREIGN KEY(release) REFERENCES releases (release)
);

CREATE TRIGGER release_access_in_turn BEFORE INSERT ON release_access WHEN COALESCE(NEW.entry <> 1 + COALESCE((SELECT max(entry) FROM release_access WHERE release = NEW.release), 0), FALSE) OR COALESCE(NEW.who <> trim(NEW.who) OR NEW.who = '' OR NEW.who GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*', FALSE) OR COALESCE(NEW.reader <> trim(NEW.reader) OR NEW.reader = '' OR NEW.reader GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*', FALSE) OR COALESCE(NEW.at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]+00:00' OR COALESCE(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.at, 1, 19), '+0 days'), '') <> substr(NEW.at, 1, 19), FALSE) BEGIN SELECT RAISE(ABORT, 'a release goes its way step by step, and by two people'); END;

CREATE TRIGGER release_access_kept BEFORE DELETE ON release_access BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER release_access_fixed BEFORE UPDATE ON release_access WHEN NEW."release" IS NOT OLD."release" OR NEW."entry" IS NOT OLD."entry" OR NEW."at" IS NOT OLD."at" OR NEW."reader" IS NOT OLD."reader" OR NEW."given" IS NOT OLD."given" OR NEW."who" IS NOT OLD."who" OR NEW."role" IS NOT OLD."role" OR NEW."reason" IS NOT OLD."reason" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER release_access_anew BEFORE INSERT ON release_access WHEN EXISTS (SELECT 1 FROM "release_access" WHERE "release" = NEW."release" AND "entry" = NEW."entry") OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "release_access" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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
	CONSTRAINT release_overrides_of_their_types CHECK (typeof(release) = 'integer' AND typeof(entry) = 'integer' AND typeof(at) = 'text' AND typeof(cell) = 'text' AND typeof(who) = 'text'), 
	FOREIGN KEY(release) REFERENCES releases (release)
);

CREATE TRIGGER release_overrides_in_turn BEFORE INSERT ON release_overrides WHEN COALESCE(NEW.entry <> 1 + COALESCE((SELECT max(entry) FROM release_overrides WHERE release = NEW.release), 0), FALSE) OR COALESCE(NEW.who <> trim(NEW.who) OR NEW.who = '' OR NEW.who GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*', FALSE) OR COALESCE(NEW.at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]+00:00' OR COALESCE(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.at, 1, 19), '+0 days'), '') <> substr(NEW.at, 1, 19), FALSE) OR COALESCE(EXISTS (SELECT 1 FROM release_steps WHERE release = NEW.release AND lower(who) = lower(NEW.who) AND kind IN ('drafted', 'edited', 'submitted', 'entered')), FALSE) OR COALESCE(COALESCE((SELECT kind FROM release_steps WHERE release = NEW.release ORDER BY step DESC LIMIT 1), '') NOT IN ('drafted', 'edited', 'returned', 'recalled'), FALSE) BEGIN SELECT RAISE(ABORT, 'a release goes its way step by step, and by two people'); END;

CREATE TRIGGER release_overrides_kept BEFORE DELETE ON release_overrides BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER release_overrides_fixed BEFORE UPDATE ON release_overrides WHEN NEW."release" IS NOT OLD."release" OR NEW."entry" IS NOT OLD."entry" OR NEW."at" IS NOT OLD."at" OR NEW."cell" IS NOT OLD."cell" OR NEW."given" IS NOT OLD."given" OR NEW."who" IS NOT OLD."who" OR NEW."role" IS NOT OLD."role" OR NEW."reason" IS NOT OLD."reason" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER release_overrides_anew BEFORE INSERT ON release_overrides WHEN EXISTS (SELECT 1 FROM "release_overrides" WHERE "release" = NEW."release" AND "entry" = NEW."entry") OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "release_overrides" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE release_frozen (
	release INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	counted TEXT NOT NULL, 
	told TEXT NOT NULL, 
	PRIMARY KEY (release, step), 
	FOREIGN KEY(release, step) REFERENCES release_steps (release, step), 
	CONSTRAINT release_frozen_of_their_types CHECK (typeof(release) = 'integer' AND typeof(step) = 'integer' AND typeof(digest) = 'text' AND typeof(counted) = 'text' AND typeof(told) = 'text')
);

CREATE TRIGGER release_frozen_in_turn BEFORE INSERT ON release_frozen WHEN COALESCE(NEW.digest <> COALESCE((SELECT frozen FROM release_steps WHERE release = NEW.release AND step = NEW.step AND kind IN ('submitted', 'entered')), ''), FALSE) OR COALESCE((NEW.counted = '') <> ((SELECT origin FROM releases WHERE release = NEW.release) = 'elsewhere'), FALSE) BEGIN SELECT RAISE(ABORT, 'a release goes its way step by step, and by two people'); END;

CREATE TRIGGER release_frozen_kept BEFORE DELETE ON release_frozen BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER release_frozen_fixed BEFORE UPDATE ON release_frozen WHEN NEW."release" IS NOT OLD."release" OR NEW."step" IS NOT OLD."step" OR NEW."digest" IS NOT OLD."digest" OR NEW."counted" IS NOT OLD."counted" OR NEW."told" IS NOT OLD."told" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER release_frozen_anew BEFORE INSERT ON release_frozen WHEN EXISTS (SELECT 1 FROM "release_frozen" WHERE "release" = NEW."release" AND "step" = NEW."step") OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "release_frozen" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
