CREATE TABLE applications_keys (
	application_ref VARCHAR(64) NOT NULL,
	PRIMARY KEY (application_ref)
);

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$;

CREATE TRIGGER "applications_keys_kept" BEFORE DELETE ON "applications_keys" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "applications_keys_whole" BEFORE TRUNCATE ON "applications_keys" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "applications_keys_fixed" BEFORE UPDATE ON "applications_keys" FOR EACH ROW WHEN (NEW."application_ref" IS DISTINCT FROM OLD."application_ref") EXECUTE FUNCTION refuse_change();

CREATE TABLE failures_keys (
	failure_ref VARCHAR(64) NOT NULL,
	PRIMARY KEY (failure_ref)
);

CREATE TRIGGER "failures_keys_kept" BEFORE DELETE ON "failures_keys" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "failures_keys_whole" BEFORE TRUNCATE ON "failures_keys" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "failures_keys_fixed" BEFORE UPDATE ON "failures_keys" FOR EACH ROW WHEN (NEW."failure_ref" IS DISTINCT FROM OLD."failure_ref") EXECUTE FUNCTION refuse_change();

CREATE TABLE loads (
	load INTEGER NOT NULL,
	recorded_on DATE NOT NULL,
	loaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	note VARCHAR(500) NOT NULL,
	PRIMARY KEY (load)
);

CREATE TRIGGER "loads_kept" BEFORE DELETE ON "loads" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "loads_whole" BEFORE TRUNCATE ON "loads" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "loads_fixed" BEFORE UPDATE ON "loads" FOR EACH ROW WHEN (NEW."load" IS DISTINCT FROM OLD."load" OR NEW."recorded_on" IS DISTINCT FROM OLD."recorded_on" OR NEW."loaded_at" IS DISTINCT FROM OLD."loaded_at" OR NEW."note" IS DISTINCT FROM OLD."note") EXECUTE FUNCTION refuse_change();

CREATE TABLE people_investigated_keys (
	person_ref VARCHAR(64) NOT NULL,
	PRIMARY KEY (person_ref)
);

CREATE TRIGGER "people_investigated_keys_kept" BEFORE DELETE ON "people_investigated_keys" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "people_investigated_keys_whole" BEFORE TRUNCATE ON "people_investigated_keys" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "people_investigated_keys_fixed" BEFORE UPDATE ON "people_investigated_keys" FOR EACH ROW WHEN (NEW."person_ref" IS DISTINCT FROM OLD."person_ref") EXECUTE FUNCTION refuse_change();

CREATE TABLE people_to_contact_keys (
	person_ref VARCHAR(64) NOT NULL,
	PRIMARY KEY (person_ref)
);

CREATE TRIGGER "people_to_contact_keys_kept" BEFORE DELETE ON "people_to_contact_keys" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "people_to_contact_keys_whole" BEFORE TRUNCATE ON "people_to_contact_keys" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "people_to_contact_keys_fixed" BEFORE UPDATE ON "people_to_contact_keys" FOR EACH ROW WHEN (NEW."person_ref" IS DISTINCT FROM OLD."person_ref") EXECUTE FUNCTION refuse_change();

CREATE TABLE referrals_keys (
	referral_ref VARCHAR(64) NOT NULL,
	PRIMARY KEY (referral_ref)
);

CREATE TRIGGER "referrals_keys_kept" BEFORE DELETE ON "referrals_keys" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "referrals_keys_whole" BEFORE TRUNCATE ON "referrals_keys" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "referrals_keys_fixed" BEFORE UPDATE ON "referrals_keys" FOR EACH ROW WHEN (NEW."referral_ref" IS DISTINCT FROM OLD."referral_ref") EXECUTE FUNCTION refuse_change();

CREATE TABLE review (
	one SERIAL NOT NULL,
	id VARCHAR(32) NOT NULL,
	name VARCHAR(200) NOT NULL,
	demonstration BOOLEAN NOT NULL,
	PRIMARY KEY (one),
	CONSTRAINT review_is_one CHECK (one = 1)
);

CREATE TRIGGER "review_kept" BEFORE DELETE ON "review" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "review_whole" BEFORE TRUNCATE ON "review" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "review_fixed" BEFORE UPDATE ON "review" FOR EACH ROW WHEN (NEW."one" IS DISTINCT FROM OLD."one" OR NEW."id" IS DISTINCT FROM OLD."id" OR NEW."name" IS DISTINCT FROM OLD."name" OR NEW."demonstration" IS DISTINCT FROM OLD."demonstration") EXECUTE FUNCTION refuse_change();

CREATE TABLE reviews_keys (
	review_ref VARCHAR(64) NOT NULL,
	PRIMARY KEY (review_ref)
);

CREATE TRIGGER "reviews_keys_kept" BEFORE DELETE ON "reviews_keys" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "reviews_keys_whole" BEFORE TRUNCATE ON "reviews_keys" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "reviews_keys_fixed" BEFORE UPDATE ON "reviews_keys" FOR EACH ROW WHEN (NEW."review_ref" IS DISTINCT FROM OLD."review_ref") EXECUTE FUNCTION refuse_change();

CREATE TABLE applications (
	application_ref VARCHAR(64) NOT NULL,
	received_on DATE NOT NULL,
	opened_on DATE,
	route VARCHAR(80) NOT NULL,
	area VARCHAR(80) NOT NULL,
	category VARCHAR(80),
	decision VARCHAR(18),
	decided_on DATE,
	disclosed_on DATE,
	in_scope BOOLEAN NOT NULL,
	recorded_from DATE NOT NULL,
	recorded_to DATE,
	opened_by INTEGER NOT NULL,
	closed_by INTEGER,
	PRIMARY KEY (application_ref, opened_by),
	CONSTRAINT applications_closed_whole CHECK ((recorded_to IS NULL) = (closed_by IS NULL)),
	CONSTRAINT applications_closed_after_opened CHECK (recorded_to >= recorded_from),
	FOREIGN KEY(opened_by) REFERENCES loads (load),
	FOREIGN KEY(closed_by) REFERENCES loads (load)
);

CREATE UNIQUE INDEX applications_one_current ON applications (application_ref) WHERE closed_by IS NULL;

CREATE TRIGGER "applications_kept" BEFORE DELETE ON "applications" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "applications_whole" BEFORE TRUNCATE ON "applications" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "applications_fixed" BEFORE UPDATE ON "applications" FOR EACH ROW WHEN (NEW."application_ref" IS DISTINCT FROM OLD."application_ref" OR NEW."received_on" IS DISTINCT FROM OLD."received_on" OR NEW."opened_on" IS DISTINCT FROM OLD."opened_on" OR NEW."route" IS DISTINCT FROM OLD."route" OR NEW."area" IS DISTINCT FROM OLD."area" OR NEW."category" IS DISTINCT FROM OLD."category" OR NEW."decision" IS DISTINCT FROM OLD."decision" OR NEW."decided_on" IS DISTINCT FROM OLD."decided_on" OR NEW."disclosed_on" IS DISTINCT FROM OLD."disclosed_on" OR NEW."in_scope" IS DISTINCT FROM OLD."in_scope" OR NEW."recorded_from" IS DISTINCT FROM OLD."recorded_from" OR NEW."opened_by" IS DISTINCT FROM OLD."opened_by" OR OLD.closed_by IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TABLE commitments (
	commitment_ref VARCHAR(64) NOT NULL,
	made_on DATE NOT NULL,
	kind VARCHAR(18) NOT NULL,
	words VARCHAR(500) NOT NULL,
	due_on DATE,
	withdrawn_on DATE,
	recorded_from DATE NOT NULL,
	recorded_to DATE,
	opened_by INTEGER NOT NULL,
	closed_by INTEGER,
	PRIMARY KEY (commitment_ref, opened_by),
	CONSTRAINT commitments_closed_whole CHECK ((recorded_to IS NULL) = (closed_by IS NULL)),
	CONSTRAINT commitments_closed_after_opened CHECK (recorded_to >= recorded_from),
	FOREIGN KEY(opened_by) REFERENCES loads (load),
	FOREIGN KEY(closed_by) REFERENCES loads (load)
);

CREATE UNIQUE INDEX commitments_one_current ON commitments (commitment_ref) WHERE closed_by IS NULL;

CREATE TRIGGER "commitments_kept" BEFORE DELETE ON "commitments" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "commitments_whole" BEFORE TRUNCATE ON "commitments" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "commitments_fixed" BEFORE UPDATE ON "commitments" FOR EACH ROW WHEN (NEW."commitment_ref" IS DISTINCT FROM OLD."commitment_ref" OR NEW."made_on" IS DISTINCT FROM OLD."made_on" OR NEW."kind" IS DISTINCT FROM OLD."kind" OR NEW."words" IS DISTINCT FROM OLD."words" OR NEW."due_on" IS DISTINCT FROM OLD."due_on" OR NEW."withdrawn_on" IS DISTINCT FROM OLD."withdrawn_on" OR NEW."recorded_from" IS DISTINCT FROM OLD."recorded_from" OR NEW."opened_by" IS DISTINCT FROM OLD."opened_by" OR OLD.closed_by IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TABLE contact_attempts (
	attempt_ref VARCHAR(64) NOT NULL,
	person_ref VARCHAR(64) NOT NULL,
	attempted_on DATE NOT NULL,
	method VARCHAR(22) NOT NULL,
	outcome VARCHAR(13) NOT NULL,
	recorded_from DATE NOT NULL,
	recorded_to DATE,
	opened_by INTEGER NOT NULL,
	closed_by INTEGER,
	PRIMARY KEY (attempt_ref, opened_by),
	CONSTRAINT contact_attempts_closed_whole CHECK ((recorded_to IS NULL) = (closed_by IS NULL)),
	CONSTRAINT contact_attempts_closed_after_opened CHECK (recorded_to >= recorded_from),
	FOREIGN KEY(person_ref) REFERENCES people_to_contact_keys (person_ref),
	FOREIGN KEY(opened_by) REFERENCES loads (load),
	FOREIGN KEY(closed_by) REFERENCES loads (load)
);

CREATE UNIQUE INDEX contact_attempts_one_current ON contact_attempts (attempt_ref) WHERE closed_by IS NULL;

CREATE TRIGGER "contact_attempts_kept" BEFORE DELETE ON "contact_attempts" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "contact_attempts_whole" BEFORE TRUNCATE ON "contact_attempts" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "contact_attempts_fixed" BEFORE UPDATE ON "contact_attempts" FOR EACH ROW WHEN (NEW."attempt_ref" IS DISTINCT FROM OLD."attempt_ref" OR NEW."person_ref" IS DISTINCT FROM OLD."person_ref" OR NEW."attempted_on" IS DISTINCT FROM OLD."attempted_on" OR NEW."method" IS DISTINCT FROM OLD."method" OR NEW."outcome" IS DISTINCT FROM OLD."outcome" OR NEW."recorded_from" IS DISTINCT FROM OLD."recorded_from" OR NEW."opened_by" IS DISTINCT FROM OLD."opened_by" OR OLD.closed_by IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TABLE contact_states (
	person_ref VARCHAR(64) NOT NULL,
	from_on DATE NOT NULL,
	state VARCHAR(32) NOT NULL,
	unsafe_reason VARCHAR(80),
	approved_by_ref VARCHAR(64),
	look_again_on DATE,
	recorded_from DATE NOT NULL,
	recorded_to DATE,
	opened_by INTEGER NOT NULL,
	closed_by INTEGER,
	PRIMARY KEY (person_ref, from_on, opened_by),
	CONSTRAINT contact_states_closed_whole CHECK ((recorded_to IS NULL) = (closed_by IS NULL)),
	CONSTRAINT contact_states_closed_after_opened CHECK (recorded_to >= recorded_from),
	FOREIGN KEY(person_ref) REFERENCES people_to_contact_keys (person_ref),
	FOREIGN KEY(opened_by) REFERENCES loads (load),
	FOREIGN KEY(closed_by) REFERENCES loads (load)
);

CREATE UNIQUE INDEX contact_states_one_current ON contact_states (person_ref, from_on) WHERE closed_by IS NULL;

CREATE TRIGGER "contact_states_kept" BEFORE DELETE ON "contact_states" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "contact_states_whole" BEFORE TRUNCATE ON "contact_states" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "contact_states_fixed" BEFORE UPDATE ON "contact_states" FOR EACH ROW WHEN (NEW."person_ref" IS DISTINCT FROM OLD."person_ref" OR NEW."from_on" IS DISTINCT FROM OLD."from_on" OR NEW."state" IS DISTINCT FROM OLD."state" OR NEW."unsafe_reason" IS DISTINCT FROM OLD."unsafe_reason" OR NEW."approved_by_ref" IS DISTINCT FROM OLD."approved_by_ref" OR NEW."look_again_on" IS DISTINCT FROM OLD."look_again_on" OR NEW."recorded_from" IS DISTINCT FROM OLD."recorded_from" OR NEW."opened_by" IS DISTINCT FROM OLD."opened_by" OR OLD.closed_by IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TABLE duty_statuses (
	person_ref VARCHAR(64) NOT NULL,
	from_on DATE NOT NULL,
	status VARCHAR(17) NOT NULL,
	recorded_from DATE NOT NULL,
	recorded_to DATE,
	opened_by INTEGER NOT NULL,
	closed_by INTEGER,
	PRIMARY KEY (person_ref, from_on, opened_by),
	CONSTRAINT duty_statuses_closed_whole CHECK ((recorded_to IS NULL) = (closed_by IS NULL)),
	CONSTRAINT duty_statuses_closed_after_opened CHECK (recorded_to >= recorded_from),
	FOREIGN KEY(person_ref) REFERENCES people_investigated_keys (person_ref),
	FOREIGN KEY(opened_by) REFERENCES loads (load),
	FOREIGN KEY(closed_by) REFERENCES loads (load)
);

CREATE UNIQUE INDEX duty_statuses_one_current ON duty_statuses (person_ref, from_on) WHERE closed_by IS NULL;

CREATE TRIGGER "duty_statuses_kept" BEFORE DELETE ON "duty_statuses" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "duty_statuses_whole" BEFORE TRUNCATE ON "duty_statuses" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "duty_statuses_fixed" BEFORE UPDATE ON "duty_statuses" FOR EACH ROW WHEN (NEW."person_ref" IS DISTINCT FROM OLD."person_ref" OR NEW."from_on" IS DISTINCT FROM OLD."from_on" OR NEW."status" IS DISTINCT FROM OLD."status" OR NEW."recorded_from" IS DISTINCT FROM OLD."recorded_from" OR NEW."opened_by" IS DISTINCT FROM OLD."opened_by" OR OLD.closed_by IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TABLE enquiries (
	enquiry_ref VARCHAR(64) NOT NULL,
	received_on DATE NOT NULL,
	topic VARCHAR(80) NOT NULL,
	answered_on DATE,
	application_ref VARCHAR(64),
	recorded_from DATE NOT NULL,
	recorded_to DATE,
	opened_by INTEGER NOT NULL,
	closed_by INTEGER,
	PRIMARY KEY (enquiry_ref, opened_by),
	CONSTRAINT enquiries_closed_whole CHECK ((recorded_to IS NULL) = (closed_by IS NULL)),
	CONSTRAINT enquiries_closed_after_opened CHECK (recorded_to >= recorded_from),
	FOREIGN KEY(application_ref) REFERENCES applications_keys (application_ref),
	FOREIGN KEY(opened_by) REFERENCES loads (load),
	FOREIGN KEY(closed_by) REFERENCES loads (load)
);

CREATE UNIQUE INDEX enquiries_one_current ON enquiries (enquiry_ref) WHERE closed_by IS NULL;

CREATE TRIGGER "enquiries_kept" BEFORE DELETE ON "enquiries" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "enquiries_whole" BEFORE TRUNCATE ON "enquiries" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "enquiries_fixed" BEFORE UPDATE ON "enquiries" FOR EACH ROW WHEN (NEW."enquiry_ref" IS DISTINCT FROM OLD."enquiry_ref" OR NEW."received_on" IS DISTINCT FROM OLD."received_on" OR NEW."topic" IS DISTINCT FROM OLD."topic" OR NEW."answered_on" IS DISTINCT FROM OLD."answered_on" OR NEW."application_ref" IS DISTINCT FROM OLD."application_ref" OR NEW."recorded_from" IS DISTINCT FROM OLD."recorded_from" OR NEW."opened_by" IS DISTINCT FROM OLD."opened_by" OR OLD.closed_by IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TABLE failures (
	failure_ref VARCHAR(64) NOT NULL,
	application_ref VARCHAR(64) NOT NULL,
	review_ref VARCHAR(64),
	found_on DATE NOT NULL,
	type VARCHAR(14) NOT NULL,
	harm BOOLEAN NOT NULL,
	reason VARCHAR(80) NOT NULL,
	in_scope BOOLEAN NOT NULL,
	recorded_from DATE NOT NULL,
	recorded_to DATE,
	opened_by INTEGER NOT NULL,
	closed_by INTEGER,
	PRIMARY KEY (failure_ref, opened_by),
	CONSTRAINT failures_closed_whole CHECK ((recorded_to IS NULL) = (closed_by IS NULL)),
	CONSTRAINT failures_closed_after_opened CHECK (recorded_to >= recorded_from),
	FOREIGN KEY(application_ref) REFERENCES applications_keys (application_ref),
	FOREIGN KEY(review_ref) REFERENCES reviews_keys (review_ref),
	FOREIGN KEY(opened_by) REFERENCES loads (load),
	FOREIGN KEY(closed_by) REFERENCES loads (load)
);

CREATE UNIQUE INDEX failures_one_current ON failures (failure_ref) WHERE closed_by IS NULL;

CREATE TRIGGER "failures_kept" BEFORE DELETE ON "failures" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "failures_whole" BEFORE TRUNCATE ON "failures" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "failures_fixed" BEFORE UPDATE ON "failures" FOR EACH ROW WHEN (NEW."failure_ref" IS DISTINCT FROM OLD."failure_ref" OR NEW."application_ref" IS DISTINCT FROM OLD."application_ref" OR NEW."review_ref" IS DISTINCT FROM OLD."review_ref" OR NEW."found_on" IS DISTINCT FROM OLD."found_on" OR NEW."type" IS DISTINCT FROM OLD."type" OR NEW."harm" IS DISTINCT FROM OLD."harm" OR NEW."reason" IS DISTINCT FROM OLD."reason" OR NEW."in_scope" IS DISTINCT FROM OLD."in_scope" OR NEW."recorded_from" IS DISTINCT FROM OLD."recorded_from" OR NEW."opened_by" IS DISTINCT FROM OLD."opened_by" OR OLD.closed_by IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TABLE people_investigated (
	person_ref VARCHAR(64) NOT NULL,
	referral_ref VARCHAR(64) NOT NULL,
	recorded_from DATE NOT NULL,
	recorded_to DATE,
	opened_by INTEGER NOT NULL,
	closed_by INTEGER,
	PRIMARY KEY (person_ref, referral_ref, opened_by),
	CONSTRAINT people_investigated_closed_whole CHECK ((recorded_to IS NULL) = (closed_by IS NULL)),
	CONSTRAINT people_investigated_closed_after_opened CHECK (recorded_to >= recorded_from),
	FOREIGN KEY(referral_ref) REFERENCES referrals_keys (referral_ref),
	FOREIGN KEY(opened_by) REFERENCES loads (load),
	FOREIGN KEY(closed_by) REFERENCES loads (load)
);

CREATE UNIQUE INDEX people_investigated_one_current ON people_investigated (person_ref, referral_ref) WHERE closed_by IS NULL;

CREATE TRIGGER "people_investigated_kept" BEFORE DELETE ON "people_investigated" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "people_investigated_whole" BEFORE TRUNCATE ON "people_investigated" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "people_investigated_fixed" BEFORE UPDATE ON "people_investigated" FOR EACH ROW WHEN (NEW."person_ref" IS DISTINCT FROM OLD."person_ref" OR NEW."referral_ref" IS DISTINCT FROM OLD."referral_ref" OR NEW."recorded_from" IS DISTINCT FROM OLD."recorded_from" OR NEW."opened_by" IS DISTINCT FROM OLD."opened_by" OR OLD.closed_by IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TABLE people_to_contact (
	person_ref VARCHAR(64) NOT NULL,
	application_ref VARCHAR(64) NOT NULL,
	identified_on DATE NOT NULL,
	recorded_from DATE NOT NULL,
	recorded_to DATE,
	opened_by INTEGER NOT NULL,
	closed_by INTEGER,
	PRIMARY KEY (person_ref, opened_by),
	CONSTRAINT people_to_contact_closed_whole CHECK ((recorded_to IS NULL) = (closed_by IS NULL)),
	CONSTRAINT people_to_contact_closed_after_opened CHECK (recorded_to >= recorded_from),
	FOREIGN KEY(application_ref) REFERENCES applications_keys (application_ref),
	FOREIGN KEY(opened_by) REFERENCES loads (load),
	FOREIGN KEY(closed_by) REFERENCES loads (load)
);

CREATE UNIQUE INDEX people_to_contact_one_current ON people_to_contact (person_ref) WHERE closed_by IS NULL;

CREATE TRIGGER "people_to_contact_kept" BEFORE DELETE ON "people_to_contact" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "people_to_contact_whole" BEFORE TRUNCATE ON "people_to_contact" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "people_to_contact_fixed" BEFORE UPDATE ON "people_to_contact" FOR EACH ROW WHEN (NEW."person_ref" IS DISTINCT FROM OLD."person_ref" OR NEW."application_ref" IS DISTINCT FROM OLD."application_ref" OR NEW."identified_on" IS DISTINCT FROM OLD."identified_on" OR NEW."recorded_from" IS DISTINCT FROM OLD."recorded_from" OR NEW."opened_by" IS DISTINCT FROM OLD."opened_by" OR OLD.closed_by IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TABLE quarantine (
	load INTEGER NOT NULL,
	table_name VARCHAR(40) NOT NULL,
	row_number INTEGER NOT NULL,
	file VARCHAR(300) NOT NULL,
	column_name VARCHAR(300) NOT NULL,
	shape VARCHAR(80) NOT NULL,
	reason VARCHAR(500) NOT NULL,
	PRIMARY KEY (load, table_name, row_number),
	FOREIGN KEY(load) REFERENCES loads (load)
);

CREATE TRIGGER "quarantine_kept" BEFORE DELETE ON "quarantine" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "quarantine_whole" BEFORE TRUNCATE ON "quarantine" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "quarantine_fixed" BEFORE UPDATE ON "quarantine" FOR EACH ROW WHEN (NEW."load" IS DISTINCT FROM OLD."load" OR NEW."table_name" IS DISTINCT FROM OLD."table_name" OR NEW."row_number" IS DISTINCT FROM OLD."row_number" OR NEW."file" IS DISTINCT FROM OLD."file" OR NEW."column_name" IS DISTINCT FROM OLD."column_name" OR NEW."shape" IS DISTINCT FROM OLD."shape" OR NEW."reason" IS DISTINCT FROM OLD."reason") EXECUTE FUNCTION refuse_change();

CREATE TABLE receipts (
	load INTEGER NOT NULL,
	table_name VARCHAR(40) NOT NULL,
	file VARCHAR(300) NOT NULL,
	fingerprint VARCHAR(64) NOT NULL,
	whole BOOLEAN NOT NULL,
	read INTEGER NOT NULL,
	ignored INTEGER NOT NULL,
	repeated INTEGER NOT NULL,
	quarantined INTEGER NOT NULL,
	accepted INTEGER NOT NULL,
	"new" INTEGER NOT NULL,
	changed INTEGER NOT NULL,
	unchanged INTEGER NOT NULL,
	removed INTEGER NOT NULL,
	dropped TEXT NOT NULL,
	warnings TEXT NOT NULL,
	PRIMARY KEY (load, table_name),
	CONSTRAINT receipts_rows_add_up CHECK (read = accepted + quarantined + repeated + ignored),
	CONSTRAINT receipts_changes_add_up CHECK (accepted = new + changed + unchanged),
	FOREIGN KEY(load) REFERENCES loads (load)
);

CREATE INDEX ix_receipts_fingerprint ON receipts (fingerprint);

CREATE TRIGGER "receipts_kept" BEFORE DELETE ON "receipts" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "receipts_whole" BEFORE TRUNCATE ON "receipts" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "receipts_fixed" BEFORE UPDATE ON "receipts" FOR EACH ROW WHEN (NEW."load" IS DISTINCT FROM OLD."load" OR NEW."table_name" IS DISTINCT FROM OLD."table_name" OR NEW."file" IS DISTINCT FROM OLD."file" OR NEW."fingerprint" IS DISTINCT FROM OLD."fingerprint" OR NEW."whole" IS DISTINCT FROM OLD."whole" OR NEW."read" IS DISTINCT FROM OLD."read" OR NEW."ignored" IS DISTINCT FROM OLD."ignored" OR NEW."repeated" IS DISTINCT FROM OLD."repeated" OR NEW."quarantined" IS DISTINCT FROM OLD."quarantined" OR NEW."accepted" IS DISTINCT FROM OLD."accepted" OR NEW."new" IS DISTINCT FROM OLD."new" OR NEW."changed" IS DISTINCT FROM OLD."changed" OR NEW."unchanged" IS DISTINCT FROM OLD."unchanged" OR NEW."removed" IS DISTINCT FROM OLD."removed" OR NEW."dropped" IS DISTINCT FROM OLD."dropped" OR NEW."warnings" IS DISTINCT FROM OLD."warnings") EXECUTE FUNCTION refuse_change();

CREATE TABLE recommendations (
	recommendation_ref VARCHAR(64) NOT NULL,
	referral_ref VARCHAR(64),
	made_on DATE NOT NULL,
	extended_to DATE,
	responded_on DATE,
	recorded_from DATE NOT NULL,
	recorded_to DATE,
	opened_by INTEGER NOT NULL,
	closed_by INTEGER,
	PRIMARY KEY (recommendation_ref, opened_by),
	CONSTRAINT recommendations_closed_whole CHECK ((recorded_to IS NULL) = (closed_by IS NULL)),
	CONSTRAINT recommendations_closed_after_opened CHECK (recorded_to >= recorded_from),
	FOREIGN KEY(referral_ref) REFERENCES referrals_keys (referral_ref),
	FOREIGN KEY(opened_by) REFERENCES loads (load),
	FOREIGN KEY(closed_by) REFERENCES loads (load)
);

CREATE UNIQUE INDEX recommendations_one_current ON recommendations (recommendation_ref) WHERE closed_by IS NULL;

CREATE TRIGGER "recommendations_kept" BEFORE DELETE ON "recommendations" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "recommendations_whole" BEFORE TRUNCATE ON "recommendations" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "recommendations_fixed" BEFORE UPDATE ON "recommendations" FOR EACH ROW WHEN (NEW."recommendation_ref" IS DISTINCT FROM OLD."recommendation_ref" OR NEW."referral_ref" IS DISTINCT FROM OLD."referral_ref" OR NEW."made_on" IS DISTINCT FROM OLD."made_on" OR NEW."extended_to" IS DISTINCT FROM OLD."extended_to" OR NEW."responded_on" IS DISTINCT FROM OLD."responded_on" OR NEW."recorded_from" IS DISTINCT FROM OLD."recorded_from" OR NEW."opened_by" IS DISTINCT FROM OLD."opened_by" OR OLD.closed_by IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TABLE referral_chains (
	referral_ref VARCHAR(64) NOT NULL,
	earlier_referral_ref VARCHAR(64) NOT NULL,
	recorded_from DATE NOT NULL,
	recorded_to DATE,
	opened_by INTEGER NOT NULL,
	closed_by INTEGER,
	PRIMARY KEY (referral_ref, earlier_referral_ref, opened_by),
	CONSTRAINT referral_chains_closed_whole CHECK ((recorded_to IS NULL) = (closed_by IS NULL)),
	CONSTRAINT referral_chains_closed_after_opened CHECK (recorded_to >= recorded_from),
	FOREIGN KEY(referral_ref) REFERENCES referrals_keys (referral_ref),
	FOREIGN KEY(earlier_referral_ref) REFERENCES referrals_keys (referral_ref),
	FOREIGN KEY(opened_by) REFERENCES loads (load),
	FOREIGN KEY(closed_by) REFERENCES loads (load)
);

CREATE UNIQUE INDEX referral_chains_one_current ON referral_chains (referral_ref, earlier_referral_ref) WHERE closed_by IS NULL;

CREATE TRIGGER "referral_chains_kept" BEFORE DELETE ON "referral_chains" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "referral_chains_whole" BEFORE TRUNCATE ON "referral_chains" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "referral_chains_fixed" BEFORE UPDATE ON "referral_chains" FOR EACH ROW WHEN (NEW."referral_ref" IS DISTINCT FROM OLD."referral_ref" OR NEW."earlier_referral_ref" IS DISTINCT FROM OLD."earlier_referral_ref" OR NEW."recorded_from" IS DISTINCT FROM OLD."recorded_from" OR NEW."opened_by" IS DISTINCT FROM OLD."opened_by" OR OLD.closed_by IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TABLE referral_events (
	event_ref VARCHAR(64) NOT NULL,
	referral_ref VARCHAR(64) NOT NULL,
	happened_on DATE NOT NULL,
	status VARCHAR(34) NOT NULL,
	mode VARCHAR(17),
	outcome VARCHAR(33),
	recorded_from DATE NOT NULL,
	recorded_to DATE,
	opened_by INTEGER NOT NULL,
	closed_by INTEGER,
	PRIMARY KEY (event_ref, opened_by),
	CONSTRAINT referral_events_closed_whole CHECK ((recorded_to IS NULL) = (closed_by IS NULL)),
	CONSTRAINT referral_events_closed_after_opened CHECK (recorded_to >= recorded_from),
	FOREIGN KEY(referral_ref) REFERENCES referrals_keys (referral_ref),
	FOREIGN KEY(opened_by) REFERENCES loads (load),
	FOREIGN KEY(closed_by) REFERENCES loads (load)
);

CREATE UNIQUE INDEX referral_events_one_current ON referral_events (event_ref) WHERE closed_by IS NULL;

CREATE TRIGGER "referral_events_kept" BEFORE DELETE ON "referral_events" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "referral_events_whole" BEFORE TRUNCATE ON "referral_events" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "referral_events_fixed" BEFORE UPDATE ON "referral_events" FOR EACH ROW WHEN (NEW."event_ref" IS DISTINCT FROM OLD."event_ref" OR NEW."referral_ref" IS DISTINCT FROM OLD."referral_ref" OR NEW."happened_on" IS DISTINCT FROM OLD."happened_on" OR NEW."status" IS DISTINCT FROM OLD."status" OR NEW."mode" IS DISTINCT FROM OLD."mode" OR NEW."outcome" IS DISTINCT FROM OLD."outcome" OR NEW."recorded_from" IS DISTINCT FROM OLD."recorded_from" OR NEW."opened_by" IS DISTINCT FROM OLD."opened_by" OR OLD.closed_by IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TABLE referral_failures (
	referral_ref VARCHAR(64) NOT NULL,
	failure_ref VARCHAR(64) NOT NULL,
	recorded_from DATE NOT NULL,
	recorded_to DATE,
	opened_by INTEGER NOT NULL,
	closed_by INTEGER,
	PRIMARY KEY (referral_ref, failure_ref, opened_by),
	CONSTRAINT referral_failures_closed_whole CHECK ((recorded_to IS NULL) = (closed_by IS NULL)),
	CONSTRAINT referral_failures_closed_after_opened CHECK (recorded_to >= recorded_from),
	FOREIGN KEY(referral_ref) REFERENCES referrals_keys (referral_ref),
	FOREIGN KEY(failure_ref) REFERENCES failures_keys (failure_ref),
	FOREIGN KEY(opened_by) REFERENCES loads (load),
	FOREIGN KEY(closed_by) REFERENCES loads (load)
);

CREATE UNIQUE INDEX referral_failures_one_current ON referral_failures (referral_ref, failure_ref) WHERE closed_by IS NULL;

CREATE TRIGGER "referral_failures_kept" BEFORE DELETE ON "referral_failures" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "referral_failures_whole" BEFORE TRUNCATE ON "referral_failures" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "referral_failures_fixed" BEFORE UPDATE ON "referral_failures" FOR EACH ROW WHEN (NEW."referral_ref" IS DISTINCT FROM OLD."referral_ref" OR NEW."failure_ref" IS DISTINCT FROM OLD."failure_ref" OR NEW."recorded_from" IS DISTINCT FROM OLD."recorded_from" OR NEW."opened_by" IS DISTINCT FROM OLD."opened_by" OR OLD.closed_by IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TABLE referrals (
	referral_ref VARCHAR(64) NOT NULL,
	referred_on DATE NOT NULL,
	kind VARCHAR(30) NOT NULL,
	route CHAR(9) NOT NULL,
	subject VARCHAR(15) NOT NULL,
	in_scope BOOLEAN NOT NULL,
	recorded_from DATE NOT NULL,
	recorded_to DATE,
	opened_by INTEGER NOT NULL,
	closed_by INTEGER,
	PRIMARY KEY (referral_ref, opened_by),
	CONSTRAINT referrals_closed_whole CHECK ((recorded_to IS NULL) = (closed_by IS NULL)),
	CONSTRAINT referrals_closed_after_opened CHECK (recorded_to >= recorded_from),
	FOREIGN KEY(opened_by) REFERENCES loads (load),
	FOREIGN KEY(closed_by) REFERENCES loads (load)
);

CREATE UNIQUE INDEX referrals_one_current ON referrals (referral_ref) WHERE closed_by IS NULL;

CREATE TRIGGER "referrals_kept" BEFORE DELETE ON "referrals" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "referrals_whole" BEFORE TRUNCATE ON "referrals" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "referrals_fixed" BEFORE UPDATE ON "referrals" FOR EACH ROW WHEN (NEW."referral_ref" IS DISTINCT FROM OLD."referral_ref" OR NEW."referred_on" IS DISTINCT FROM OLD."referred_on" OR NEW."kind" IS DISTINCT FROM OLD."kind" OR NEW."route" IS DISTINCT FROM OLD."route" OR NEW."subject" IS DISTINCT FROM OLD."subject" OR NEW."in_scope" IS DISTINCT FROM OLD."in_scope" OR NEW."recorded_from" IS DISTINCT FROM OLD."recorded_from" OR NEW."opened_by" IS DISTINCT FROM OLD."opened_by" OR OLD.closed_by IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TABLE reviews (
	review_ref VARCHAR(64) NOT NULL,
	application_ref VARCHAR(64) NOT NULL,
	kind VARCHAR(6) NOT NULL,
	team VARCHAR(80) NOT NULL,
	reviewer_ref VARCHAR(64),
	allocated_on DATE NOT NULL,
	completed_on DATE,
	outcome VARCHAR(13),
	recorded_from DATE NOT NULL,
	recorded_to DATE,
	opened_by INTEGER NOT NULL,
	closed_by INTEGER,
	PRIMARY KEY (review_ref, opened_by),
	CONSTRAINT reviews_closed_whole CHECK ((recorded_to IS NULL) = (closed_by IS NULL)),
	CONSTRAINT reviews_closed_after_opened CHECK (recorded_to >= recorded_from),
	FOREIGN KEY(application_ref) REFERENCES applications_keys (application_ref),
	FOREIGN KEY(opened_by) REFERENCES loads (load),
	FOREIGN KEY(closed_by) REFERENCES loads (load)
);

CREATE UNIQUE INDEX reviews_one_current ON reviews (review_ref) WHERE closed_by IS NULL;

CREATE TRIGGER "reviews_kept" BEFORE DELETE ON "reviews" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "reviews_whole" BEFORE TRUNCATE ON "reviews" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "reviews_fixed" BEFORE UPDATE ON "reviews" FOR EACH ROW WHEN (NEW."review_ref" IS DISTINCT FROM OLD."review_ref" OR NEW."application_ref" IS DISTINCT FROM OLD."application_ref" OR NEW."kind" IS DISTINCT FROM OLD."kind" OR NEW."team" IS DISTINCT FROM OLD."team" OR NEW."reviewer_ref" IS DISTINCT FROM OLD."reviewer_ref" OR NEW."allocated_on" IS DISTINCT FROM OLD."allocated_on" OR NEW."completed_on" IS DISTINCT FROM OLD."completed_on" OR NEW."outcome" IS DISTINCT FROM OLD."outcome" OR NEW."recorded_from" IS DISTINCT FROM OLD."recorded_from" OR NEW."opened_by" IS DISTINCT FROM OLD."opened_by" OR OLD.closed_by IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TABLE risk_assessments (
	assessment_ref VARCHAR(64) NOT NULL,
	application_ref VARCHAR(64) NOT NULL,
	assessed_on DATE NOT NULL,
	grade VARCHAR(80) NOT NULL,
	outcome VARCHAR(10),
	sent_on BOOLEAN NOT NULL,
	recorded_from DATE NOT NULL,
	recorded_to DATE,
	opened_by INTEGER NOT NULL,
	closed_by INTEGER,
	PRIMARY KEY (assessment_ref, opened_by),
	CONSTRAINT risk_assessments_closed_whole CHECK ((recorded_to IS NULL) = (closed_by IS NULL)),
	CONSTRAINT risk_assessments_closed_after_opened CHECK (recorded_to >= recorded_from),
	FOREIGN KEY(application_ref) REFERENCES applications_keys (application_ref),
	FOREIGN KEY(opened_by) REFERENCES loads (load),
	FOREIGN KEY(closed_by) REFERENCES loads (load)
);

CREATE UNIQUE INDEX risk_assessments_one_current ON risk_assessments (assessment_ref) WHERE closed_by IS NULL;

CREATE TRIGGER "risk_assessments_kept" BEFORE DELETE ON "risk_assessments" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "risk_assessments_whole" BEFORE TRUNCATE ON "risk_assessments" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "risk_assessments_fixed" BEFORE UPDATE ON "risk_assessments" FOR EACH ROW WHEN (NEW."assessment_ref" IS DISTINCT FROM OLD."assessment_ref" OR NEW."application_ref" IS DISTINCT FROM OLD."application_ref" OR NEW."assessed_on" IS DISTINCT FROM OLD."assessed_on" OR NEW."grade" IS DISTINCT FROM OLD."grade" OR NEW."outcome" IS DISTINCT FROM OLD."outcome" OR NEW."sent_on" IS DISTINCT FROM OLD."sent_on" OR NEW."recorded_from" IS DISTINCT FROM OLD."recorded_from" OR NEW."opened_by" IS DISTINCT FROM OLD."opened_by" OR OLD.closed_by IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TABLE staffing (
	week_on DATE NOT NULL,
	team VARCHAR(80) NOT NULL,
	headcount INTEGER NOT NULL,
	full_time_equivalent FLOAT NOT NULL,
	recorded_from DATE NOT NULL,
	recorded_to DATE,
	opened_by INTEGER NOT NULL,
	closed_by INTEGER,
	PRIMARY KEY (week_on, team, opened_by),
	CONSTRAINT staffing_closed_whole CHECK ((recorded_to IS NULL) = (closed_by IS NULL)),
	CONSTRAINT staffing_closed_after_opened CHECK (recorded_to >= recorded_from),
	FOREIGN KEY(opened_by) REFERENCES loads (load),
	FOREIGN KEY(closed_by) REFERENCES loads (load)
);

CREATE UNIQUE INDEX staffing_one_current ON staffing (week_on, team) WHERE closed_by IS NULL;

CREATE TRIGGER "staffing_kept" BEFORE DELETE ON "staffing" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "staffing_whole" BEFORE TRUNCATE ON "staffing" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER "staffing_fixed" BEFORE UPDATE ON "staffing" FOR EACH ROW WHEN (NEW."week_on" IS DISTINCT FROM OLD."week_on" OR NEW."team" IS DISTINCT FROM OLD."team" OR NEW."headcount" IS DISTINCT FROM OLD."headcount" OR NEW."full_time_equivalent" IS DISTINCT FROM OLD."full_time_equivalent" OR NEW."recorded_from" IS DISTINCT FROM OLD."recorded_from" OR NEW."opened_by" IS DISTINCT FROM OLD."opened_by" OR OLD.closed_by IS NOT NULL) EXECUTE FUNCTION refuse_change();
