PRAGMA application_id = 1129270608;
PRAGMA user_version = 3;
BEGIN TRANSACTION;
CREATE TABLE analytic (
	text TEXT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (text)
)
 STRICT

;
CREATE TABLE blob (
	digest TEXT NOT NULL, 
	name TEXT NOT NULL, 
	data BLOB NOT NULL, 
	packed INTEGER NOT NULL, 
	PRIMARY KEY (digest)
)
 STRICT

;
CREATE TABLE blob_part (
	digest TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (digest, number)
)
 STRICT

;
CREATE TABLE identity (
	ref TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	body TEXT NOT NULL, 
	salt BLOB NOT NULL, 
	PRIMARY KEY (ref)
)
 STRICT

;
CREATE TABLE line_text (
	identity TEXT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (identity)
)
 STRICT

;
CREATE TABLE rule (
	id TEXT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (id)
)
 STRICT

;
CREATE TABLE secret (
	name TEXT NOT NULL, 
	value BLOB NOT NULL, 
	PRIMARY KEY (name)
)
 STRICT

;
COMMIT;
