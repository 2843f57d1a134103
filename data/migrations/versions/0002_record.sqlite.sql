CREATE TABLE record (
	number INTEGER NOT NULL,
	at VARCHAR(32) NOT NULL,
	kind VARCHAR(20) NOT NULL,
	who VARCHAR(200) NOT NULL,
	role VARCHAR(40) NOT NULL,
	scope VARCHAR(1000) NOT NULL,
	reason VARCHAR(500) NOT NULL,
	outcome VARCHAR(20) NOT NULL,
	key_id VARCHAR(16) NOT NULL,
	digest VARCHAR(64) NOT NULL,
	PRIMARY KEY (number)
);

CREATE TRIGGER record_kept BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER record_fixed BEFORE UPDATE ON record WHEN NEW."number" IS NOT OLD."number" OR NEW."at" IS NOT OLD."at" OR NEW."kind" IS NOT OLD."kind" OR NEW."who" IS NOT OLD."who" OR NEW."role" IS NOT OLD."role" OR NEW."scope" IS NOT OLD."scope" OR NEW."reason" IS NOT OLD."reason" OR NEW."outcome" IS NOT OLD."outcome" OR NEW."key_id" IS NOT OLD."key_id" OR NEW."digest" IS NOT OLD."digest" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER record_anew BEFORE INSERT ON record WHEN EXISTS (SELECT 1 FROM "record" WHERE "number" = NEW."number") OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "record" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE sessions (
	digest VARCHAR(64) NOT NULL,
	who VARCHAR(200) NOT NULL,
	role VARCHAR(40) NOT NULL,
	roles VARCHAR(400) NOT NULL,
	began_at DOUBLE NOT NULL,
	seen_at DOUBLE NOT NULL,
	ended_at DOUBLE,
	PRIMARY KEY (digest)
);
