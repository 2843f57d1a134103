ALTER TABLE release_steps ADD COLUMN overruled TEXT CONSTRAINT release_steps_overruled_approving CHECK (overruled IS NULL OR kind = 'approved');

DROP TRIGGER release_steps_fixed;

CREATE TRIGGER release_steps_fixed BEFORE UPDATE ON release_steps WHEN NEW."release" IS NOT OLD."release" OR NEW."step" IS NOT OLD."step" OR NEW."at" IS NOT OLD."at" OR NEW."kind" IS NOT OLD."kind" OR NEW."who" IS NOT OLD."who" OR NEW."role" IS NOT OLD."role" OR NEW."reason" IS NOT OLD."reason" OR NEW."draft" IS NOT OLD."draft" OR NEW."frozen" IS NOT OLD."frozen" OR NEW."published_at" IS NOT OLD."published_at" OR NEW."overruled" IS NOT OLD."overruled" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
