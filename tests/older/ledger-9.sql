PRAGMA application_id = 1129270608;
PRAGMA user_version = 9;
BEGIN TRANSACTION;
CREATE TABLE account (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	type TEXT NOT NULL, 
	account_class TEXT, 
	currency TEXT, 
	expense_line TEXT, 
	number TEXT, 
	bic TEXT, 
	opened_on TEXT, 
	closed_on TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
INSERT INTO "account" VALUES('advance',1,1,'Handed out, not reported yet','asset','advance',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('cheques',1,1,'Cheques not presented yet','asset','cheques',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('conversion',1,1,'Currency conversion','equity','conversion',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('due-from',1,1,'Lent to another agreement','asset','due_from',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('due-to',1,1,'Borrowed from another agreement','liability','due_to',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('equipment',1,1,'Purchase of fixed assets','expense',NULL,NULL,'equipment',NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('events',1,1,'Conferences, seminars','expense',NULL,NULL,'events',NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('in-kind',1,1,'Property received in kind','asset','in_kind',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('income',1,1,'Income','income',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('opening',1,1,'Opening balances','equity','opening',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('other',1,1,'Other expenses','expense',NULL,NULL,'other',NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('pay',1,1,'Pay with charges','expense',NULL,NULL,'pay',NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('payable',1,1,'Owed to suppliers','liability','payable',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('premises',1,1,'Premises and property','expense',NULL,NULL,'premises',NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('prepaid',1,1,'Paid ahead to suppliers','asset','prepaid',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('released',1,1,'Moved between agreements','equity','released',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('social',1,1,'Social and charitable help','expense',NULL,NULL,'social',NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('stipends',1,1,'Stipends','expense',NULL,NULL,'stipends',NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('suspense',1,1,'Not yet sorted','liability','suspense',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('taxes',1,1,'Taxes, duties, courts','expense',NULL,NULL,'taxes',NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('transit',1,1,'Money in transit','asset','in_transit',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "account" VALUES('travel',1,1,'Travel','expense',NULL,NULL,'travel',NULL,NULL,NULL,NULL);
CREATE TABLE activity (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	programme TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	state TEXT NOT NULL, 
	start_on TEXT NOT NULL, 
	end_on TEXT NOT NULL, 
	quantity INTEGER, 
	participants INTEGER, 
	place TEXT, 
	description TEXT, 
	output TEXT, 
	amends_filing TEXT, 
	evidence TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE advance (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	person TEXT NOT NULL, 
	given_on TEXT NOT NULL, 
	report_by TEXT NOT NULL, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE approval (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	obligation TEXT NOT NULL, 
	start_on TEXT NOT NULL, 
	last_on TEXT NOT NULL, 
	role TEXT NOT NULL, 
	signer TEXT NOT NULL, 
	content TEXT NOT NULL, 
	text TEXT NOT NULL, 
	signature TEXT NOT NULL, 
	state TEXT NOT NULL, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE asset (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	acquired_on TEXT NOT NULL, 
	fund TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	amount_minor INTEGER NOT NULL, 
	programme TEXT, 
	source TEXT, 
	place TEXT, 
	act TEXT, 
	disposed_on TEXT, 
	disposal TEXT, 
	kind TEXT, 
	size TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE budget (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	fund TEXT NOT NULL, 
	start_on TEXT NOT NULL, 
	last_on TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	amount_minor INTEGER NOT NULL, 
	expense_line TEXT, 
	programme TEXT, 
	title TEXT, 
	document TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE cheque (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	account TEXT NOT NULL, 
	number TEXT NOT NULL, 
	issued_on TEXT NOT NULL, 
	valid_until TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE contact (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	on_date TEXT NOT NULL, 
	method TEXT NOT NULL, 
	principal TEXT, 
	body TEXT, 
	purpose TEXT, 
	state TEXT NOT NULL, 
	origin TEXT, 
	commitment TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE contribution (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	on_date TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	state TEXT NOT NULL, 
	person TEXT, 
	principal TEXT, 
	currency TEXT, 
	amount_minor INTEGER, 
	thing TEXT, 
	purpose TEXT, 
	place TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE cost_key (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	account TEXT NOT NULL, 
	start_on TEXT NOT NULL, 
	parts TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE decision (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	because TEXT NOT NULL, 
	state TEXT NOT NULL, 
	digest TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE document (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	digest TEXT, 
	kind TEXT NOT NULL, 
	title TEXT NOT NULL, 
	dated_on TEXT, 
	received_on TEXT, 
	about TEXT, 
	amount_minor INTEGER, 
	currency TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE event (
	seq INTEGER NOT NULL, 
	prev TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	hash_version INTEGER NOT NULL, 
	recorded_at TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	count INTEGER NOT NULL, 
	note TEXT, 
	PRIMARY KEY (seq), 
	UNIQUE (prev), 
	UNIQUE (hash)
)
 STRICT

;
INSERT INTO "event" VALUES(1,'','ef4e31708c0cb9a6f52e00bfb7de2b5cb929849e839cf3434ef0913585f909fe',1,'2026-01-12T09:00:00Z','practice','init',22,'{"practice": "2026-01-12"}');
INSERT INTO "event" VALUES(2,'ef4e31708c0cb9a6f52e00bfb7de2b5cb929849e839cf3434ef0913585f909fe','6db5e6209716ba49b22f8931b90df36159cb973f5e9ea296bd73ecaf0f476db9',1,'2026-01-12T09:00:01Z','practice','record material',1,NULL);
INSERT INTO "event" VALUES(3,'6db5e6209716ba49b22f8931b90df36159cb973f5e9ea296bd73ecaf0f476db9','d2246be5c84abe1b85a183f6f2996af08df85849618684e4bce605870ff25043',1,'2026-01-12T09:00:02Z','practice','record placement',1,NULL);
CREATE TABLE filing (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	obligation TEXT NOT NULL, 
	start_on TEXT NOT NULL, 
	last_on TEXT NOT NULL, 
	state TEXT NOT NULL, 
	on_date TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	form TEXT, 
	sent TEXT, 
	receipt TEXT, 
	rules TEXT, 
	config TEXT, 
	cells TEXT, 
	known_seq INTEGER, 
	amends TEXT, 
	at TEXT, 
	content TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE freeze (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	start_on TEXT NOT NULL, 
	last_on TEXT NOT NULL, 
	filing TEXT NOT NULL, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE fund (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	restricted INTEGER NOT NULL, 
	donor TEXT, 
	agreement TEXT, 
	purpose TEXT, 
	note TEXT, 
	start_on TEXT, 
	end_on TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE hours (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	who TEXT NOT NULL, 
	month_on TEXT NOT NULL, 
	fund TEXT NOT NULL, 
	minutes INTEGER NOT NULL, 
	programme TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE inspection_item (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	inspection TEXT NOT NULL, 
	asked TEXT NOT NULL, 
	state TEXT NOT NULL, 
	document TEXT, 
	because TEXT, 
	handed_on TEXT, 
	copy TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE letter (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	on_date TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	filing TEXT, 
	reply_by TEXT, 
	answers TEXT, 
	document TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE line (
	id INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	identity TEXT NOT NULL, 
	statement TEXT NOT NULL, 
	account TEXT NOT NULL, 
	on_date TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	amount_minor INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED, 
	UNIQUE (identity)
)
 STRICT

;
CREATE TABLE material (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	medium TEXT NOT NULL, 
	created_on TEXT NOT NULL, 
	on_behalf TEXT NOT NULL, 
	digest TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
INSERT INTO "material" VALUES('m1',1,2,'Poster','image','2025-12-01','organisation','58a29a82d1de5df065f7f1dd05e22551223dc9a684a0852788e27aa92f281d77');
CREATE TABLE occurrence (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	on_date TEXT NOT NULL, 
	at TEXT, 
	about TEXT, 
	note TEXT, 
	document TEXT, 
	state TEXT NOT NULL, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE person (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	commitment TEXT NOT NULL, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE placement (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	material TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	published_on TEXT NOT NULL, 
	address TEXT, 
	edited_on TEXT, 
	deleted_on TEXT, 
	digest TEXT, 
	label_rule TEXT, 
	label_verdict TEXT NOT NULL, 
	label_detail TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
INSERT INTO "placement" VALUES('m1-telegram',1,3,'m1','telegram','2025-12-02',NULL,NULL,NULL,'58a29a82d1de5df065f7f1dd05e22551223dc9a684a0852788e27aa92f281d77','ru.label.fa','not_measurable','[{"kind": "wording", "reason": "", "values": {}, "verdict": "not_measurable"}]');
CREATE TABLE pooling (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	fund TEXT NOT NULL, 
	start_on TEXT NOT NULL, 
	method TEXT NOT NULL, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE posting (
	id INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	txn INTEGER NOT NULL, 
	account TEXT NOT NULL, 
	fund TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	amount_minor INTEGER NOT NULL, 
	source TEXT, 
	programme TEXT, 
	expense_line TEXT, 
	purpose TEXT, 
	property TEXT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED, 
	FOREIGN KEY(txn) REFERENCES txn (id)
)
 STRICT

;
CREATE TABLE programme (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	aim TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE rate (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	currency TEXT NOT NULL, 
	quote TEXT NOT NULL, 
	on_date TEXT NOT NULL, 
	rate TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE register (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	line TEXT NOT NULL, 
	on_date TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	amount_minor INTEGER NOT NULL, 
	parts TEXT NOT NULL, 
	heads INTEGER NOT NULL, 
	digest TEXT NOT NULL, 
	abroad_minor INTEGER, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE role (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	person TEXT NOT NULL, 
	body TEXT NOT NULL, 
	title TEXT NOT NULL, 
	start_on TEXT NOT NULL, 
	end_on TEXT, 
	appointed_by TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE signer (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	role TEXT NOT NULL, 
	public TEXT NOT NULL, 
	state TEXT NOT NULL, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE source (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT, 
	country TEXT, 
	acts_for TEXT, 
	owned_by TEXT, 
	tax_id TEXT, 
	pooled INTEGER NOT NULL, 
	evidence TEXT, 
	note TEXT, 
	commitment TEXT, 
	pool_rule TEXT, 
	merged_into TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE stated_total (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	programme TEXT NOT NULL, 
	measure TEXT NOT NULL, 
	start_on TEXT NOT NULL, 
	last_on TEXT NOT NULL, 
	value INTEGER NOT NULL, 
	kind TEXT, 
	digest TEXT, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE statement (
	entity TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	account TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	start_on TEXT NOT NULL, 
	last_on TEXT NOT NULL, 
	opening_minor INTEGER NOT NULL, 
	closing_minor INTEGER NOT NULL, 
	lines INTEGER NOT NULL, 
	new_lines INTEGER NOT NULL, 
	digest TEXT NOT NULL, 
	format TEXT NOT NULL, 
	state TEXT NOT NULL, 
	PRIMARY KEY (entity, version), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED
)
 STRICT

;
CREATE TABLE txn (
	id INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	on_date TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	memo TEXT, 
	line TEXT, 
	document TEXT, 
	reverses INTEGER, 
	amends_filing TEXT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(seq) REFERENCES event (seq) DEFERRABLE INITIALLY DEFERRED, 
	UNIQUE (reverses)
)
 STRICT

;
CREATE INDEX ix_decision_seq ON decision (seq);
CREATE INDEX ix_filing_seq ON filing (seq);
CREATE INDEX ix_freeze_seq ON freeze (seq);
CREATE INDEX ix_signer_seq ON signer (seq);
CREATE INDEX ix_approval_seq ON approval (seq);
CREATE INDEX ix_letter_seq ON letter (seq);
CREATE INDEX ix_inspection_item_seq ON inspection_item (seq);
CREATE INDEX ix_budget_seq ON budget (seq);
CREATE INDEX ix_cost_key_seq ON cost_key (seq);
CREATE INDEX ix_hours_seq ON hours (seq);
CREATE INDEX ix_asset_seq ON asset (seq);
CREATE INDEX ix_pooling_seq ON pooling (seq);
CREATE INDEX ix_cheque_seq ON cheque (seq);
CREATE INDEX ix_source_seq ON source (seq);
CREATE INDEX ix_fund_seq ON fund (seq);
CREATE INDEX ix_account_seq ON account (seq);
CREATE INDEX ix_programme_seq ON programme (seq);
CREATE INDEX ix_activity_seq ON activity (seq);
CREATE INDEX ix_stated_total_seq ON stated_total (seq);
CREATE INDEX ix_person_seq ON person (seq);
CREATE INDEX ix_role_seq ON role (seq);
CREATE INDEX ix_material_seq ON material (seq);
CREATE INDEX ix_placement_seq ON placement (seq);
CREATE INDEX ix_document_seq ON document (seq);
CREATE INDEX ix_occurrence_seq ON occurrence (seq);
CREATE INDEX ix_contact_seq ON contact (seq);
CREATE INDEX ix_contribution_seq ON contribution (seq);
CREATE INDEX ix_rate_seq ON rate (seq);
CREATE INDEX ix_statement_seq ON statement (seq);
CREATE INDEX ix_register_line ON register (line);
CREATE INDEX ix_register_seq ON register (seq);
CREATE INDEX ix_register_name ON register (name);
CREATE INDEX ix_advance_seq ON advance (seq);
CREATE INDEX ix_txn_on_date ON txn (on_date);
CREATE INDEX ix_txn_line ON txn (line);
CREATE INDEX ix_txn_seq ON txn (seq);
CREATE INDEX ix_line_seq ON line (seq);
CREATE INDEX ix_posting_seq ON posting (seq);
CREATE INDEX ix_posting_txn ON posting (txn);
CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'append_only: decision'); END;
CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'append_only: decision'); END;
CREATE TRIGGER filing_no_update BEFORE UPDATE ON filing BEGIN SELECT RAISE(ABORT, 'append_only: filing'); END;
CREATE TRIGGER filing_no_delete BEFORE DELETE ON filing BEGIN SELECT RAISE(ABORT, 'append_only: filing'); END;
CREATE TRIGGER freeze_no_update BEFORE UPDATE ON freeze BEGIN SELECT RAISE(ABORT, 'append_only: freeze'); END;
CREATE TRIGGER freeze_no_delete BEFORE DELETE ON freeze BEGIN SELECT RAISE(ABORT, 'append_only: freeze'); END;
CREATE TRIGGER signer_no_update BEFORE UPDATE ON signer BEGIN SELECT RAISE(ABORT, 'append_only: signer'); END;
CREATE TRIGGER signer_no_delete BEFORE DELETE ON signer BEGIN SELECT RAISE(ABORT, 'append_only: signer'); END;
CREATE TRIGGER approval_no_update BEFORE UPDATE ON approval BEGIN SELECT RAISE(ABORT, 'append_only: approval'); END;
CREATE TRIGGER approval_no_delete BEFORE DELETE ON approval BEGIN SELECT RAISE(ABORT, 'append_only: approval'); END;
CREATE TRIGGER letter_no_update BEFORE UPDATE ON letter BEGIN SELECT RAISE(ABORT, 'append_only: letter'); END;
CREATE TRIGGER letter_no_delete BEFORE DELETE ON letter BEGIN SELECT RAISE(ABORT, 'append_only: letter'); END;
CREATE TRIGGER inspection_item_no_update BEFORE UPDATE ON inspection_item BEGIN SELECT RAISE(ABORT, 'append_only: inspection_item'); END;
CREATE TRIGGER inspection_item_no_delete BEFORE DELETE ON inspection_item BEGIN SELECT RAISE(ABORT, 'append_only: inspection_item'); END;
CREATE TRIGGER budget_no_update BEFORE UPDATE ON budget BEGIN SELECT RAISE(ABORT, 'append_only: budget'); END;
CREATE TRIGGER budget_no_delete BEFORE DELETE ON budget BEGIN SELECT RAISE(ABORT, 'append_only: budget'); END;
CREATE TRIGGER cost_key_no_update BEFORE UPDATE ON cost_key BEGIN SELECT RAISE(ABORT, 'append_only: cost_key'); END;
CREATE TRIGGER cost_key_no_delete BEFORE DELETE ON cost_key BEGIN SELECT RAISE(ABORT, 'append_only: cost_key'); END;
CREATE TRIGGER hours_no_update BEFORE UPDATE ON hours BEGIN SELECT RAISE(ABORT, 'append_only: hours'); END;
CREATE TRIGGER hours_no_delete BEFORE DELETE ON hours BEGIN SELECT RAISE(ABORT, 'append_only: hours'); END;
CREATE TRIGGER asset_no_update BEFORE UPDATE ON asset BEGIN SELECT RAISE(ABORT, 'append_only: asset'); END;
CREATE TRIGGER asset_no_delete BEFORE DELETE ON asset BEGIN SELECT RAISE(ABORT, 'append_only: asset'); END;
CREATE TRIGGER pooling_no_update BEFORE UPDATE ON pooling BEGIN SELECT RAISE(ABORT, 'append_only: pooling'); END;
CREATE TRIGGER pooling_no_delete BEFORE DELETE ON pooling BEGIN SELECT RAISE(ABORT, 'append_only: pooling'); END;
CREATE TRIGGER cheque_no_update BEFORE UPDATE ON cheque BEGIN SELECT RAISE(ABORT, 'append_only: cheque'); END;
CREATE TRIGGER cheque_no_delete BEFORE DELETE ON cheque BEGIN SELECT RAISE(ABORT, 'append_only: cheque'); END;
CREATE TRIGGER source_no_update BEFORE UPDATE ON source BEGIN SELECT RAISE(ABORT, 'append_only: source'); END;
CREATE TRIGGER source_no_delete BEFORE DELETE ON source BEGIN SELECT RAISE(ABORT, 'append_only: source'); END;
CREATE TRIGGER fund_no_update BEFORE UPDATE ON fund BEGIN SELECT RAISE(ABORT, 'append_only: fund'); END;
CREATE TRIGGER fund_no_delete BEFORE DELETE ON fund BEGIN SELECT RAISE(ABORT, 'append_only: fund'); END;
CREATE TRIGGER account_no_update BEFORE UPDATE ON account BEGIN SELECT RAISE(ABORT, 'append_only: account'); END;
CREATE TRIGGER account_no_delete BEFORE DELETE ON account BEGIN SELECT RAISE(ABORT, 'append_only: account'); END;
CREATE TRIGGER programme_no_update BEFORE UPDATE ON programme BEGIN SELECT RAISE(ABORT, 'append_only: programme'); END;
CREATE TRIGGER programme_no_delete BEFORE DELETE ON programme BEGIN SELECT RAISE(ABORT, 'append_only: programme'); END;
CREATE TRIGGER activity_no_update BEFORE UPDATE ON activity BEGIN SELECT RAISE(ABORT, 'append_only: activity'); END;
CREATE TRIGGER activity_no_delete BEFORE DELETE ON activity BEGIN SELECT RAISE(ABORT, 'append_only: activity'); END;
CREATE TRIGGER stated_total_no_update BEFORE UPDATE ON stated_total BEGIN SELECT RAISE(ABORT, 'append_only: stated_total'); END;
CREATE TRIGGER stated_total_no_delete BEFORE DELETE ON stated_total BEGIN SELECT RAISE(ABORT, 'append_only: stated_total'); END;
CREATE TRIGGER person_no_update BEFORE UPDATE ON person BEGIN SELECT RAISE(ABORT, 'append_only: person'); END;
CREATE TRIGGER person_no_delete BEFORE DELETE ON person BEGIN SELECT RAISE(ABORT, 'append_only: person'); END;
CREATE TRIGGER role_no_update BEFORE UPDATE ON role BEGIN SELECT RAISE(ABORT, 'append_only: role'); END;
CREATE TRIGGER role_no_delete BEFORE DELETE ON role BEGIN SELECT RAISE(ABORT, 'append_only: role'); END;
CREATE TRIGGER material_no_update BEFORE UPDATE ON material BEGIN SELECT RAISE(ABORT, 'append_only: material'); END;
CREATE TRIGGER material_no_delete BEFORE DELETE ON material BEGIN SELECT RAISE(ABORT, 'append_only: material'); END;
CREATE TRIGGER placement_no_update BEFORE UPDATE ON placement BEGIN SELECT RAISE(ABORT, 'append_only: placement'); END;
CREATE TRIGGER placement_no_delete BEFORE DELETE ON placement BEGIN SELECT RAISE(ABORT, 'append_only: placement'); END;
CREATE TRIGGER document_no_update BEFORE UPDATE ON document BEGIN SELECT RAISE(ABORT, 'append_only: document'); END;
CREATE TRIGGER document_no_delete BEFORE DELETE ON document BEGIN SELECT RAISE(ABORT, 'append_only: document'); END;
CREATE TRIGGER occurrence_no_update BEFORE UPDATE ON occurrence BEGIN SELECT RAISE(ABORT, 'append_only: occurrence'); END;
CREATE TRIGGER occurrence_no_delete BEFORE DELETE ON occurrence BEGIN SELECT RAISE(ABORT, 'append_only: occurrence'); END;
CREATE TRIGGER contact_no_update BEFORE UPDATE ON contact BEGIN SELECT RAISE(ABORT, 'append_only: contact'); END;
CREATE TRIGGER contact_no_delete BEFORE DELETE ON contact BEGIN SELECT RAISE(ABORT, 'append_only: contact'); END;
CREATE TRIGGER contribution_no_update BEFORE UPDATE ON contribution BEGIN SELECT RAISE(ABORT, 'append_only: contribution'); END;
CREATE TRIGGER contribution_no_delete BEFORE DELETE ON contribution BEGIN SELECT RAISE(ABORT, 'append_only: contribution'); END;
CREATE TRIGGER rate_no_update BEFORE UPDATE ON rate BEGIN SELECT RAISE(ABORT, 'append_only: rate'); END;
CREATE TRIGGER rate_no_delete BEFORE DELETE ON rate BEGIN SELECT RAISE(ABORT, 'append_only: rate'); END;
CREATE TRIGGER statement_no_update BEFORE UPDATE ON statement BEGIN SELECT RAISE(ABORT, 'append_only: statement'); END;
CREATE TRIGGER statement_no_delete BEFORE DELETE ON statement BEGIN SELECT RAISE(ABORT, 'append_only: statement'); END;
CREATE TRIGGER register_no_update BEFORE UPDATE ON register BEGIN SELECT RAISE(ABORT, 'append_only: register'); END;
CREATE TRIGGER register_no_delete BEFORE DELETE ON register BEGIN SELECT RAISE(ABORT, 'append_only: register'); END;
CREATE TRIGGER advance_no_update BEFORE UPDATE ON advance BEGIN SELECT RAISE(ABORT, 'append_only: advance'); END;
CREATE TRIGGER advance_no_delete BEFORE DELETE ON advance BEGIN SELECT RAISE(ABORT, 'append_only: advance'); END;
CREATE TRIGGER line_no_update BEFORE UPDATE ON line BEGIN SELECT RAISE(ABORT, 'append_only: line'); END;
CREATE TRIGGER line_no_delete BEFORE DELETE ON line BEGIN SELECT RAISE(ABORT, 'append_only: line'); END;
CREATE TRIGGER txn_no_update BEFORE UPDATE ON txn BEGIN SELECT RAISE(ABORT, 'append_only: txn'); END;
CREATE TRIGGER txn_no_delete BEFORE DELETE ON txn BEGIN SELECT RAISE(ABORT, 'append_only: txn'); END;
CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting BEGIN SELECT RAISE(ABORT, 'append_only: posting'); END;
CREATE TRIGGER posting_no_delete BEFORE DELETE ON posting BEGIN SELECT RAISE(ABORT, 'append_only: posting'); END;
CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'append_only: event'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'append_only: event'); END;
CREATE TRIGGER decision_sealed BEFORE INSERT ON decision WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: decision'); END;
CREATE TRIGGER filing_sealed BEFORE INSERT ON filing WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: filing'); END;
CREATE TRIGGER freeze_sealed BEFORE INSERT ON freeze WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: freeze'); END;
CREATE TRIGGER signer_sealed BEFORE INSERT ON signer WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: signer'); END;
CREATE TRIGGER approval_sealed BEFORE INSERT ON approval WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: approval'); END;
CREATE TRIGGER letter_sealed BEFORE INSERT ON letter WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: letter'); END;
CREATE TRIGGER inspection_item_sealed BEFORE INSERT ON inspection_item WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: inspection_item'); END;
CREATE TRIGGER budget_sealed BEFORE INSERT ON budget WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: budget'); END;
CREATE TRIGGER cost_key_sealed BEFORE INSERT ON cost_key WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: cost_key'); END;
CREATE TRIGGER hours_sealed BEFORE INSERT ON hours WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: hours'); END;
CREATE TRIGGER asset_sealed BEFORE INSERT ON asset WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: asset'); END;
CREATE TRIGGER pooling_sealed BEFORE INSERT ON pooling WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: pooling'); END;
CREATE TRIGGER cheque_sealed BEFORE INSERT ON cheque WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: cheque'); END;
CREATE TRIGGER source_sealed BEFORE INSERT ON source WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: source'); END;
CREATE TRIGGER fund_sealed BEFORE INSERT ON fund WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: fund'); END;
CREATE TRIGGER account_sealed BEFORE INSERT ON account WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: account'); END;
CREATE TRIGGER programme_sealed BEFORE INSERT ON programme WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: programme'); END;
CREATE TRIGGER activity_sealed BEFORE INSERT ON activity WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: activity'); END;
CREATE TRIGGER stated_total_sealed BEFORE INSERT ON stated_total WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: stated_total'); END;
CREATE TRIGGER person_sealed BEFORE INSERT ON person WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: person'); END;
CREATE TRIGGER role_sealed BEFORE INSERT ON role WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: role'); END;
CREATE TRIGGER material_sealed BEFORE INSERT ON material WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: material'); END;
CREATE TRIGGER placement_sealed BEFORE INSERT ON placement WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: placement'); END;
CREATE TRIGGER document_sealed BEFORE INSERT ON document WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: document'); END;
CREATE TRIGGER occurrence_sealed BEFORE INSERT ON occurrence WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: occurrence'); END;
CREATE TRIGGER contact_sealed BEFORE INSERT ON contact WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: contact'); END;
CREATE TRIGGER contribution_sealed BEFORE INSERT ON contribution WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: contribution'); END;
CREATE TRIGGER rate_sealed BEFORE INSERT ON rate WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: rate'); END;
CREATE TRIGGER statement_sealed BEFORE INSERT ON statement WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: statement'); END;
CREATE TRIGGER register_sealed BEFORE INSERT ON register WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: register'); END;
CREATE TRIGGER advance_sealed BEFORE INSERT ON advance WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: advance'); END;
CREATE TRIGGER line_sealed BEFORE INSERT ON line WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: line'); END;
CREATE TRIGGER txn_sealed BEFORE INSERT ON txn WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: txn'); END;
CREATE TRIGGER posting_sealed BEFORE INSERT ON posting WHEN NEW.seq <= (SELECT coalesce(max(seq), 0) FROM event) BEGIN SELECT RAISE(ABORT, 'sealed: posting'); END;
CREATE TRIGGER posting_home BEFORE INSERT ON posting
WHEN (SELECT seq FROM txn WHERE id = NEW.txn) IS NOT NEW.seq
BEGIN SELECT RAISE(ABORT, 'headless: posting'); END;
CREATE TRIGGER event_chain BEFORE INSERT ON event
BEGIN
  SELECT RAISE(ABORT, 'chain: seq')
    WHERE NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM event);
  SELECT RAISE(ABORT, 'chain: prev')
    WHERE NEW.prev <> coalesce((SELECT hash FROM event WHERE seq = NEW.seq - 1), '');
  SELECT RAISE(ABORT, 'unbalanced')
    WHERE EXISTS (SELECT 1 FROM txn WHERE seq = NEW.seq
                  AND EXISTS (SELECT 1 FROM posting WHERE posting.txn = txn.id
                              GROUP BY fund, currency HAVING sum(amount_minor) <> 0));
  SELECT RAISE(ABORT, 'empty transaction')
    WHERE EXISTS (SELECT 1 FROM txn WHERE seq = NEW.seq
                  AND NOT EXISTS (SELECT 1 FROM posting WHERE posting.txn = txn.id));
END;
CREATE TRIGGER txn_frozen BEFORE INSERT ON txn
WHEN EXISTS (SELECT 1 FROM freeze WHERE kind = 'money' AND NEW.on_date BETWEEN start_on AND last_on
             AND NEW.amends_filing IS NOT filing
             AND NOT EXISTS (SELECT 1 FROM freeze AS later
                             WHERE later.entity = freeze.entity AND later.version > freeze.version))
BEGIN SELECT RAISE(ABORT, 'frozen: money'); END;
CREATE TRIGGER activity_frozen BEFORE INSERT ON activity
WHEN EXISTS (SELECT 1 FROM freeze WHERE kind = 'activity' AND NEW.end_on BETWEEN start_on AND last_on
             AND NEW.amends_filing IS NOT filing
             AND NOT EXISTS (SELECT 1 FROM freeze AS later
                             WHERE later.entity = freeze.entity AND later.version > freeze.version))
BEGIN SELECT RAISE(ABORT, 'frozen: activity'); END;
COMMIT;
