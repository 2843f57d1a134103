CREATE TABLE applications_keys (
	application_ref VARCHAR(64) NOT NULL,
	PRIMARY KEY (application_ref)
);

CREATE TRIGGER applications_keys_kept BEFORE DELETE ON applications_keys BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER applications_keys_fixed BEFORE UPDATE ON applications_keys WHEN NEW."application_ref" IS NOT OLD."application_ref" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER applications_keys_anew BEFORE INSERT ON applications_keys WHEN EXISTS (SELECT 1 FROM "applications_keys" WHERE "application_ref" = NEW."application_ref") OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "applications_keys" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE failures_keys (
	failure_ref VARCHAR(64) NOT NULL,
	PRIMARY KEY (failure_ref)
);

CREATE TRIGGER failures_keys_kept BEFORE DELETE ON failures_keys BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER failures_keys_fixed BEFORE UPDATE ON failures_keys WHEN NEW."failure_ref" IS NOT OLD."failure_ref" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER failures_keys_anew BEFORE INSERT ON failures_keys WHEN EXISTS (SELECT 1 FROM "failures_keys" WHERE "failure_ref" = NEW."failure_ref") OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "failures_keys" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE loads (
	load INTEGER NOT NULL,
	recorded_on DATE NOT NULL,
	loaded_at DATETIME NOT NULL,
	note VARCHAR(500) NOT NULL,
	PRIMARY KEY (load)
);

CREATE TRIGGER loads_kept BEFORE DELETE ON loads BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER loads_fixed BEFORE UPDATE ON loads WHEN NEW."load" IS NOT OLD."load" OR NEW."recorded_on" IS NOT OLD."recorded_on" OR NEW."loaded_at" IS NOT OLD."loaded_at" OR NEW."note" IS NOT OLD."note" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER loads_anew BEFORE INSERT ON loads WHEN EXISTS (SELECT 1 FROM "loads" WHERE "load" = NEW."load") OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "loads" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE people_investigated_keys (
	person_ref VARCHAR(64) NOT NULL,
	PRIMARY KEY (person_ref)
);

CREATE TRIGGER people_investigated_keys_kept BEFORE DELETE ON people_investigated_keys BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER people_investigated_keys_fixed BEFORE UPDATE ON people_investigated_keys WHEN NEW."person_ref" IS NOT OLD."person_ref" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER people_investigated_keys_anew BEFORE INSERT ON people_investigated_keys WHEN EXISTS (SELECT 1 FROM "people_investigated_keys" WHERE "person_ref" = NEW."person_ref") OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "people_investigated_keys" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE people_to_contact_keys (
	person_ref VARCHAR(64) NOT NULL,
	PRIMARY KEY (person_ref)
);

CREATE TRIGGER people_to_contact_keys_kept BEFORE DELETE ON people_to_contact_keys BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER people_to_contact_keys_fixed BEFORE UPDATE ON people_to_contact_keys WHEN NEW."person_ref" IS NOT OLD."person_ref" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER people_to_contact_keys_anew BEFORE INSERT ON people_to_contact_keys WHEN EXISTS (SELECT 1 FROM "people_to_contact_keys" WHERE "person_ref" = NEW."person_ref") OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "people_to_contact_keys" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE referrals_keys (
	referral_ref VARCHAR(64) NOT NULL,
	PRIMARY KEY (referral_ref)
);

CREATE TRIGGER referrals_keys_kept BEFORE DELETE ON referrals_keys BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER referrals_keys_fixed BEFORE UPDATE ON referrals_keys WHEN NEW."referral_ref" IS NOT OLD."referral_ref" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER referrals_keys_anew BEFORE INSERT ON referrals_keys WHEN EXISTS (SELECT 1 FROM "referrals_keys" WHERE "referral_ref" = NEW."referral_ref") OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "referrals_keys" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE review (
	one INTEGER NOT NULL,
	id VARCHAR(32) NOT NULL,
	name VARCHAR(200) NOT NULL,
	demonstration BOOLEAN NOT NULL,
	PRIMARY KEY (one),
	CONSTRAINT review_is_one CHECK (one = 1)
);

CREATE TRIGGER review_kept BEFORE DELETE ON review BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER review_fixed BEFORE UPDATE ON review WHEN NEW."one" IS NOT OLD."one" OR NEW."id" IS NOT OLD."id" OR NEW."name" IS NOT OLD."name" OR NEW."demonstration" IS NOT OLD."demonstration" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER review_anew BEFORE INSERT ON review WHEN EXISTS (SELECT 1 FROM "review" WHERE "one" = NEW."one") OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "review" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE reviews_keys (
	review_ref VARCHAR(64) NOT NULL,
	PRIMARY KEY (review_ref)
);

CREATE TRIGGER reviews_keys_kept BEFORE DELETE ON reviews_keys BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER reviews_keys_fixed BEFORE UPDATE ON reviews_keys WHEN NEW."review_ref" IS NOT OLD."review_ref" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER reviews_keys_anew BEFORE INSERT ON reviews_keys WHEN EXISTS (SELECT 1 FROM "reviews_keys" WHERE "review_ref" = NEW."review_ref") OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "reviews_keys" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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

CREATE TRIGGER applications_kept BEFORE DELETE ON applications BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER applications_fixed BEFORE UPDATE ON applications WHEN NEW."application_ref" IS NOT OLD."application_ref" OR NEW."received_on" IS NOT OLD."received_on" OR NEW."opened_on" IS NOT OLD."opened_on" OR NEW."route" IS NOT OLD."route" OR NEW."area" IS NOT OLD."area" OR NEW."category" IS NOT OLD."category" OR NEW."decision" IS NOT OLD."decision" OR NEW."decided_on" IS NOT OLD."decided_on" OR NEW."disclosed_on" IS NOT OLD."disclosed_on" OR NEW."in_scope" IS NOT OLD."in_scope" OR NEW."recorded_from" IS NOT OLD."recorded_from" OR NEW."opened_by" IS NOT OLD."opened_by" OR OLD.closed_by IS NOT NULL BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER applications_anew BEFORE INSERT ON applications WHEN EXISTS (SELECT 1 FROM "applications" WHERE "application_ref" = NEW."application_ref" AND (opened_by = NEW.opened_by OR closed_by IS NULL AND NEW.closed_by IS NULL)) OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "applications" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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

CREATE TRIGGER commitments_kept BEFORE DELETE ON commitments BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER commitments_fixed BEFORE UPDATE ON commitments WHEN NEW."commitment_ref" IS NOT OLD."commitment_ref" OR NEW."made_on" IS NOT OLD."made_on" OR NEW."kind" IS NOT OLD."kind" OR NEW."words" IS NOT OLD."words" OR NEW."due_on" IS NOT OLD."due_on" OR NEW."withdrawn_on" IS NOT OLD."withdrawn_on" OR NEW."recorded_from" IS NOT OLD."recorded_from" OR NEW."opened_by" IS NOT OLD."opened_by" OR OLD.closed_by IS NOT NULL BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER commitments_anew BEFORE INSERT ON commitments WHEN EXISTS (SELECT 1 FROM "commitments" WHERE "commitment_ref" = NEW."commitment_ref" AND (opened_by = NEW.opened_by OR closed_by IS NULL AND NEW.closed_by IS NULL)) OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "commitments" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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

CREATE TRIGGER contact_attempts_kept BEFORE DELETE ON contact_attempts BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER contact_attempts_fixed BEFORE UPDATE ON contact_attempts WHEN NEW."attempt_ref" IS NOT OLD."attempt_ref" OR NEW."person_ref" IS NOT OLD."person_ref" OR NEW."attempted_on" IS NOT OLD."attempted_on" OR NEW."method" IS NOT OLD."method" OR NEW."outcome" IS NOT OLD."outcome" OR NEW."recorded_from" IS NOT OLD."recorded_from" OR NEW."opened_by" IS NOT OLD."opened_by" OR OLD.closed_by IS NOT NULL BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER contact_attempts_anew BEFORE INSERT ON contact_attempts WHEN EXISTS (SELECT 1 FROM "contact_attempts" WHERE "attempt_ref" = NEW."attempt_ref" AND (opened_by = NEW.opened_by OR closed_by IS NULL AND NEW.closed_by IS NULL)) OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "contact_attempts" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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

CREATE TRIGGER contact_states_kept BEFORE DELETE ON contact_states BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER contact_states_fixed BEFORE UPDATE ON contact_states WHEN NEW."person_ref" IS NOT OLD."person_ref" OR NEW."from_on" IS NOT OLD."from_on" OR NEW."state" IS NOT OLD."state" OR NEW."unsafe_reason" IS NOT OLD."unsafe_reason" OR NEW."approved_by_ref" IS NOT OLD."approved_by_ref" OR NEW."look_again_on" IS NOT OLD."look_again_on" OR NEW."recorded_from" IS NOT OLD."recorded_from" OR NEW."opened_by" IS NOT OLD."opened_by" OR OLD.closed_by IS NOT NULL BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER contact_states_anew BEFORE INSERT ON contact_states WHEN EXISTS (SELECT 1 FROM "contact_states" WHERE "person_ref" = NEW."person_ref" AND "from_on" = NEW."from_on" AND (opened_by = NEW.opened_by OR closed_by IS NULL AND NEW.closed_by IS NULL)) OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "contact_states" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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

CREATE TRIGGER duty_statuses_kept BEFORE DELETE ON duty_statuses BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER duty_statuses_fixed BEFORE UPDATE ON duty_statuses WHEN NEW."person_ref" IS NOT OLD."person_ref" OR NEW."from_on" IS NOT OLD."from_on" OR NEW."status" IS NOT OLD."status" OR NEW."recorded_from" IS NOT OLD."recorded_from" OR NEW."opened_by" IS NOT OLD."opened_by" OR OLD.closed_by IS NOT NULL BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER duty_statuses_anew BEFORE INSERT ON duty_statuses WHEN EXISTS (SELECT 1 FROM "duty_statuses" WHERE "person_ref" = NEW."person_ref" AND "from_on" = NEW."from_on" AND (opened_by = NEW.opened_by OR closed_by IS NULL AND NEW.closed_by IS NULL)) OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "duty_statuses" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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

CREATE TRIGGER enquiries_kept BEFORE DELETE ON enquiries BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER enquiries_fixed BEFORE UPDATE ON enquiries WHEN NEW."enquiry_ref" IS NOT OLD."enquiry_ref" OR NEW."received_on" IS NOT OLD."received_on" OR NEW."topic" IS NOT OLD."topic" OR NEW."answered_on" IS NOT OLD."answered_on" OR NEW."application_ref" IS NOT OLD."application_ref" OR NEW."recorded_from" IS NOT OLD."recorded_from" OR NEW."opened_by" IS NOT OLD."opened_by" OR OLD.closed_by IS NOT NULL BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER enquiries_anew BEFORE INSERT ON enquiries WHEN EXISTS (SELECT 1 FROM "enquiries" WHERE "enquiry_ref" = NEW."enquiry_ref" AND (opened_by = NEW.opened_by OR closed_by IS NULL AND NEW.closed_by IS NULL)) OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "enquiries" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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

CREATE TRIGGER failures_kept BEFORE DELETE ON failures BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER failures_fixed BEFORE UPDATE ON failures WHEN NEW."failure_ref" IS NOT OLD."failure_ref" OR NEW."application_ref" IS NOT OLD."application_ref" OR NEW."review_ref" IS NOT OLD."review_ref" OR NEW."found_on" IS NOT OLD."found_on" OR NEW."type" IS NOT OLD."type" OR NEW."harm" IS NOT OLD."harm" OR NEW."reason" IS NOT OLD."reason" OR NEW."in_scope" IS NOT OLD."in_scope" OR NEW."recorded_from" IS NOT OLD."recorded_from" OR NEW."opened_by" IS NOT OLD."opened_by" OR OLD.closed_by IS NOT NULL BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER failures_anew BEFORE INSERT ON failures WHEN EXISTS (SELECT 1 FROM "failures" WHERE "failure_ref" = NEW."failure_ref" AND (opened_by = NEW.opened_by OR closed_by IS NULL AND NEW.closed_by IS NULL)) OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "failures" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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

CREATE TRIGGER people_investigated_kept BEFORE DELETE ON people_investigated BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER people_investigated_fixed BEFORE UPDATE ON people_investigated WHEN NEW."person_ref" IS NOT OLD."person_ref" OR NEW."referral_ref" IS NOT OLD."referral_ref" OR NEW."recorded_from" IS NOT OLD."recorded_from" OR NEW."opened_by" IS NOT OLD."opened_by" OR OLD.closed_by IS NOT NULL BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER people_investigated_anew BEFORE INSERT ON people_investigated WHEN EXISTS (SELECT 1 FROM "people_investigated" WHERE "person_ref" = NEW."person_ref" AND "referral_ref" = NEW."referral_ref" AND (opened_by = NEW.opened_by OR closed_by IS NULL AND NEW.closed_by IS NULL)) OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "people_investigated" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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

CREATE TRIGGER people_to_contact_kept BEFORE DELETE ON people_to_contact BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER people_to_contact_fixed BEFORE UPDATE ON people_to_contact WHEN NEW."person_ref" IS NOT OLD."person_ref" OR NEW."application_ref" IS NOT OLD."application_ref" OR NEW."identified_on" IS NOT OLD."identified_on" OR NEW."recorded_from" IS NOT OLD."recorded_from" OR NEW."opened_by" IS NOT OLD."opened_by" OR OLD.closed_by IS NOT NULL BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER people_to_contact_anew BEFORE INSERT ON people_to_contact WHEN EXISTS (SELECT 1 FROM "people_to_contact" WHERE "person_ref" = NEW."person_ref" AND (opened_by = NEW.opened_by OR closed_by IS NULL AND NEW.closed_by IS NULL)) OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "people_to_contact" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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

CREATE TRIGGER quarantine_kept BEFORE DELETE ON quarantine BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER quarantine_fixed BEFORE UPDATE ON quarantine WHEN NEW."load" IS NOT OLD."load" OR NEW."table_name" IS NOT OLD."table_name" OR NEW."row_number" IS NOT OLD."row_number" OR NEW."file" IS NOT OLD."file" OR NEW."column_name" IS NOT OLD."column_name" OR NEW."shape" IS NOT OLD."shape" OR NEW."reason" IS NOT OLD."reason" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER quarantine_anew BEFORE INSERT ON quarantine WHEN EXISTS (SELECT 1 FROM "quarantine" WHERE "load" = NEW."load" AND "table_name" = NEW."table_name" AND "row_number" = NEW."row_number") OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "quarantine" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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
	new INTEGER NOT NULL,
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

CREATE TRIGGER receipts_kept BEFORE DELETE ON receipts BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER receipts_fixed BEFORE UPDATE ON receipts WHEN NEW."load" IS NOT OLD."load" OR NEW."table_name" IS NOT OLD."table_name" OR NEW."file" IS NOT OLD."file" OR NEW."fingerprint" IS NOT OLD."fingerprint" OR NEW."whole" IS NOT OLD."whole" OR NEW."read" IS NOT OLD."read" OR NEW."ignored" IS NOT OLD."ignored" OR NEW."repeated" IS NOT OLD."repeated" OR NEW."quarantined" IS NOT OLD."quarantined" OR NEW."accepted" IS NOT OLD."accepted" OR NEW."new" IS NOT OLD."new" OR NEW."changed" IS NOT OLD."changed" OR NEW."unchanged" IS NOT OLD."unchanged" OR NEW."removed" IS NOT OLD."removed" OR NEW."dropped" IS NOT OLD."dropped" OR NEW."warnings" IS NOT OLD."warnings" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER receipts_anew BEFORE INSERT ON receipts WHEN EXISTS (SELECT 1 FROM "receipts" WHERE "load" = NEW."load" AND "table_name" = NEW."table_name") OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "receipts" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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

CREATE TRIGGER recommendations_kept BEFORE DELETE ON recommendations BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER recommendations_fixed BEFORE UPDATE ON recommendations WHEN NEW."recommendation_ref" IS NOT OLD."recommendation_ref" OR NEW."referral_ref" IS NOT OLD."referral_ref" OR NEW."made_on" IS NOT OLD."made_on" OR NEW."extended_to" IS NOT OLD."extended_to" OR NEW."responded_on" IS NOT OLD."responded_on" OR NEW."recorded_from" IS NOT OLD."recorded_from" OR NEW."opened_by" IS NOT OLD."opened_by" OR OLD.closed_by IS NOT NULL BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER recommendations_anew BEFORE INSERT ON recommendations WHEN EXISTS (SELECT 1 FROM "recommendations" WHERE "recommendation_ref" = NEW."recommendation_ref" AND (opened_by = NEW.opened_by OR closed_by IS NULL AND NEW.closed_by IS NULL)) OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "recommendations" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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

CREATE TRIGGER referral_chains_kept BEFORE DELETE ON referral_chains BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER referral_chains_fixed BEFORE UPDATE ON referral_chains WHEN NEW."referral_ref" IS NOT OLD."referral_ref" OR NEW."earlier_referral_ref" IS NOT OLD."earlier_referral_ref" OR NEW."recorded_from" IS NOT OLD."recorded_from" OR NEW."opened_by" IS NOT OLD."opened_by" OR OLD.closed_by IS NOT NULL BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER referral_chains_anew BEFORE INSERT ON referral_chains WHEN EXISTS (SELECT 1 FROM "referral_chains" WHERE "referral_ref" = NEW."referral_ref" AND "earlier_referral_ref" = NEW."earlier_referral_ref" AND (opened_by = NEW.opened_by OR closed_by IS NULL AND NEW.closed_by IS NULL)) OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "referral_chains" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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

CREATE TRIGGER referral_events_kept BEFORE DELETE ON referral_events BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER referral_events_fixed BEFORE UPDATE ON referral_events WHEN NEW."event_ref" IS NOT OLD."event_ref" OR NEW."referral_ref" IS NOT OLD."referral_ref" OR NEW."happened_on" IS NOT OLD."happened_on" OR NEW."status" IS NOT OLD."status" OR NEW."mode" IS NOT OLD."mode" OR NEW."outcome" IS NOT OLD."outcome" OR NEW."recorded_from" IS NOT OLD."recorded_from" OR NEW."opened_by" IS NOT OLD."opened_by" OR OLD.closed_by IS NOT NULL BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER referral_events_anew BEFORE INSERT ON referral_events WHEN EXISTS (SELECT 1 FROM "referral_events" WHERE "event_ref" = NEW."event_ref" AND (opened_by = NEW.opened_by OR closed_by IS NULL AND NEW.closed_by IS NULL)) OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "referral_events" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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

CREATE TRIGGER referral_failures_kept BEFORE DELETE ON referral_failures BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER referral_failures_fixed BEFORE UPDATE ON referral_failures WHEN NEW."referral_ref" IS NOT OLD."referral_ref" OR NEW."failure_ref" IS NOT OLD."failure_ref" OR NEW."recorded_from" IS NOT OLD."recorded_from" OR NEW."opened_by" IS NOT OLD."opened_by" OR OLD.closed_by IS NOT NULL BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER referral_failures_anew BEFORE INSERT ON referral_failures WHEN EXISTS (SELECT 1 FROM "referral_failures" WHERE "referral_ref" = NEW."referral_ref" AND "failure_ref" = NEW."failure_ref" AND (opened_by = NEW.opened_by OR closed_by IS NULL AND NEW.closed_by IS NULL)) OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "referral_failures" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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

CREATE TRIGGER referrals_kept BEFORE DELETE ON referrals BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER referrals_fixed BEFORE UPDATE ON referrals WHEN NEW."referral_ref" IS NOT OLD."referral_ref" OR NEW."referred_on" IS NOT OLD."referred_on" OR NEW."kind" IS NOT OLD."kind" OR NEW."route" IS NOT OLD."route" OR NEW."subject" IS NOT OLD."subject" OR NEW."in_scope" IS NOT OLD."in_scope" OR NEW."recorded_from" IS NOT OLD."recorded_from" OR NEW."opened_by" IS NOT OLD."opened_by" OR OLD.closed_by IS NOT NULL BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER referrals_anew BEFORE INSERT ON referrals WHEN EXISTS (SELECT 1 FROM "referrals" WHERE "referral_ref" = NEW."referral_ref" AND (opened_by = NEW.opened_by OR closed_by IS NULL AND NEW.closed_by IS NULL)) OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "referrals" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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

CREATE TRIGGER reviews_kept BEFORE DELETE ON reviews BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER reviews_fixed BEFORE UPDATE ON reviews WHEN NEW."review_ref" IS NOT OLD."review_ref" OR NEW."application_ref" IS NOT OLD."application_ref" OR NEW."kind" IS NOT OLD."kind" OR NEW."team" IS NOT OLD."team" OR NEW."reviewer_ref" IS NOT OLD."reviewer_ref" OR NEW."allocated_on" IS NOT OLD."allocated_on" OR NEW."completed_on" IS NOT OLD."completed_on" OR NEW."outcome" IS NOT OLD."outcome" OR NEW."recorded_from" IS NOT OLD."recorded_from" OR NEW."opened_by" IS NOT OLD."opened_by" OR OLD.closed_by IS NOT NULL BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER reviews_anew BEFORE INSERT ON reviews WHEN EXISTS (SELECT 1 FROM "reviews" WHERE "review_ref" = NEW."review_ref" AND (opened_by = NEW.opened_by OR closed_by IS NULL AND NEW.closed_by IS NULL)) OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "reviews" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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

CREATE TRIGGER risk_assessments_kept BEFORE DELETE ON risk_assessments BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER risk_assessments_fixed BEFORE UPDATE ON risk_assessments WHEN NEW."assessment_ref" IS NOT OLD."assessment_ref" OR NEW."application_ref" IS NOT OLD."application_ref" OR NEW."assessed_on" IS NOT OLD."assessed_on" OR NEW."grade" IS NOT OLD."grade" OR NEW."outcome" IS NOT OLD."outcome" OR NEW."sent_on" IS NOT OLD."sent_on" OR NEW."recorded_from" IS NOT OLD."recorded_from" OR NEW."opened_by" IS NOT OLD."opened_by" OR OLD.closed_by IS NOT NULL BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER risk_assessments_anew BEFORE INSERT ON risk_assessments WHEN EXISTS (SELECT 1 FROM "risk_assessments" WHERE "assessment_ref" = NEW."assessment_ref" AND (opened_by = NEW.opened_by OR closed_by IS NULL AND NEW.closed_by IS NULL)) OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "risk_assessments" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

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

CREATE TRIGGER staffing_kept BEFORE DELETE ON staffing BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER staffing_fixed BEFORE UPDATE ON staffing WHEN NEW."week_on" IS NOT OLD."week_on" OR NEW."team" IS NOT OLD."team" OR NEW."headcount" IS NOT OLD."headcount" OR NEW."full_time_equivalent" IS NOT OLD."full_time_equivalent" OR NEW."recorded_from" IS NOT OLD."recorded_from" OR NEW."opened_by" IS NOT OLD."opened_by" OR OLD.closed_by IS NOT NULL BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER staffing_anew BEFORE INSERT ON staffing WHEN EXISTS (SELECT 1 FROM "staffing" WHERE "week_on" = NEW."week_on" AND "team" = NEW."team" AND (opened_by = NEW.opened_by OR closed_by IS NULL AND NEW.closed_by IS NULL)) OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM "staffing" WHERE rowid = NEW.rowid) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
