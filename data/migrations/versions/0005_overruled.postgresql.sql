ALTER TABLE release_steps ADD COLUMN overruled TEXT CONSTRAINT release_steps_overruled_approving CHECK (overruled IS NULL OR kind = 'approved');

DROP TRIGGER "release_steps_fixed" ON "release_steps";

CREATE TRIGGER "release_steps_fixed" BEFORE UPDATE ON "release_steps" FOR EACH ROW WHEN (NEW."release" IS DISTINCT FROM OLD."release" OR NEW."step" IS DISTINCT FROM OLD."step" OR NEW."at" IS DISTINCT FROM OLD."at" OR NEW."kind" IS DISTINCT FROM OLD."kind" OR NEW."who" IS DISTINCT FROM OLD."who" OR NEW."role" IS DISTINCT FROM OLD."role" OR NEW."reason" IS DISTINCT FROM OLD."reason" OR NEW."draft" IS DISTINCT FROM OLD."draft" OR NEW."frozen" IS DISTINCT FROM OLD."frozen" OR NEW."published_at" IS DISTINCT FROM OLD."published_at" OR NEW."overruled" IS DISTINCT FROM OLD."overruled") EXECUTE FUNCTION refuse_change();
