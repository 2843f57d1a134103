-- The database and its three roles; run by a superuser: psql -f roles.sql. It may be run again.
--   candour_owner   owns the tables: used to make, migrate and grant, and by nothing that runs all day
--   candour_reader  the dashboard: reads, adds to the record, keeps the visits
--   candour_loader  the data steward's loads: adds rows and closes row versions
-- None has a password here: over a socket the machine's own accounts vouch for them (see README.md).
\set ON_ERROR_STOP on
\if :{?database}
\else
    \set database candour
\endif

SELECT format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT', role)
FROM unnest(ARRAY['candour_owner', 'candour_reader', 'candour_loader']) AS role
WHERE NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role) \gexec

SELECT format('CREATE DATABASE %I OWNER candour_owner ENCODING ''UTF8'' TEMPLATE template0', :'database')
WHERE NOT EXISTS (SELECT 1 FROM pg_database WHERE datname = :'database') \gexec

REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO candour_reader, candour_loader;

-- The owner inherits nothing, so that it owns the database is not enough to make tables: from PostgreSQL 15 on the
-- schema belongs to the database's owner as a group.
\connect :"database"
ALTER SCHEMA public OWNER TO candour_owner;
