import type { Connection } from './open-database.ts'

/** Numbered by tens, one step each, each in one transaction; a step that has been released is never changed. */
export const migrations: { version: number; apply(database: Connection): void }[] = [
  {
    version: 10,
    apply(database) {
      database.exec(`
        CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
        CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
        CREATE TABLE drafts (name TEXT PRIMARY KEY, value TEXT NOT NULL, changed_at INTEGER NOT NULL) STRICT;
        CREATE TABLE models (
          id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, added_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE model_descriptions (
          path TEXT PRIMARY KEY, stamp TEXT NOT NULL, description TEXT NOT NULL
        ) STRICT;

        CREATE TABLE jobs (
          id TEXT PRIMARY KEY,
          state TEXT NOT NULL,
          position REAL NOT NULL,
          request TEXT NOT NULL,
          failure TEXT,
          notes TEXT NOT NULL DEFAULT '[]',
          attempts INTEGER NOT NULL DEFAULT 0,
          created_at INTEGER NOT NULL,
          started_at INTEGER,
          ended_at INTEGER
        ) STRICT;
        CREATE INDEX jobs_by_position ON jobs (state, position);

        CREATE TABLE images (
          number INTEGER PRIMARY KEY,
          id TEXT NOT NULL UNIQUE,
          origin TEXT NOT NULL,
          width INTEGER NOT NULL,
          height INTEGER NOT NULL,
          bytes INTEGER NOT NULL,
          created_at INTEGER NOT NULL,
          trashed_at INTEGER,
          starred INTEGER NOT NULL DEFAULT 0,
          title TEXT NOT NULL DEFAULT '',
          note TEXT NOT NULL DEFAULT '',
          tags TEXT NOT NULL DEFAULT '[]',
          prompt TEXT NOT NULL DEFAULT '',
          negative_prompt TEXT NOT NULL DEFAULT '',
          model TEXT NOT NULL DEFAULT '',
          seed TEXT,
          steps INTEGER,
          guidance_scale REAL,
          scheduler TEXT,
          strength REAL,
          milliseconds REAL,
          execution_provider TEXT,
          job TEXT,
          source TEXT,
          request TEXT,
          ignored_words TEXT NOT NULL DEFAULT '[]'
        ) STRICT;
        CREATE INDEX images_by_time ON images (trashed_at, created_at DESC, number DESC);
        CREATE INDEX images_by_job ON images (job);

        CREATE VIRTUAL TABLE image_text USING fts5 (
          prompt, title, note, tags, content='', contentless_delete=1,
          tokenize="unicode61 remove_diacritics 2"
        );
        INSERT INTO image_text (image_text, rank) VALUES ('secure-delete', 1);

        CREATE TABLE erasing (id TEXT PRIMARY KEY) STRICT;
        CREATE TABLE blocked_requests (at INTEGER NOT NULL, address TEXT NOT NULL, origin TEXT NOT NULL) STRICT;
      `)
      database.prepare(`INSERT INTO facts VALUES ('installed_at', ?)`).run(String(Date.now()))
    },
  },
  {
    version: 20,
    apply(database) {
      database.exec(`
        ALTER TABLE images ADD COLUMN digest TEXT;
        CREATE INDEX images_by_digest ON images (digest) WHERE digest IS NOT NULL;

        -- Lists, counts and plots over 100,000 pictures read these and never the wide rows.
        DROP INDEX images_by_time;
        CREATE INDEX images_by_time ON images (created_at, number, trashed_at, origin, starred);
        CREATE INDEX images_by_seed ON images (seed) WHERE seed IS NOT NULL;
        CREATE INDEX images_by_model ON images (model, width, height, milliseconds);
        CREATE INDEX images_in_trash ON images (trashed_at) WHERE trashed_at IS NOT NULL;
        CREATE INDEX images_starred ON images (starred) WHERE starred = 1;
      `)
    },
  },
  {
    version: 30,
    apply(database) {
      database.exec(`
        ALTER TABLE images ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE images ADD COLUMN brought TEXT;
        CREATE INDEX images_shared ON images (created_at) WHERE shared = 1;

        CREATE TABLE retention_rules (
          id TEXT PRIMARY KEY, rule TEXT NOT NULL, created_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE header_rewrites (id TEXT PRIMARY KEY, header BLOB NOT NULL) STRICT;
      `)
    },
  },
  {
    version: 40,
    apply(database) {
      database.exec(`
        -- Unfinished pictures: the sealed file \`id\` holds the latents of one picture of \`job\`. Whatever takes the
        -- row away, the job's deletion too, dooms the file with it.
        CREATE TABLE checkpoints (
          id TEXT PRIMARY KEY,
          job TEXT NOT NULL UNIQUE REFERENCES jobs (id) ON DELETE CASCADE,
          picture INTEGER NOT NULL,
          step INTEGER NOT NULL,
          steps INTEGER NOT NULL,
          bytes INTEGER NOT NULL,
          created_at INTEGER NOT NULL
        ) STRICT;
        CREATE TRIGGER checkpoint_erasing AFTER DELETE ON checkpoints BEGIN
          INSERT OR IGNORE INTO erasing VALUES (old.id);
        END;

        -- what was done differently from what was asked, on the picture as on its job
        ALTER TABLE images ADD COLUMN notes TEXT NOT NULL DEFAULT '[]';
        -- {job, vae?}: this job decodes the unfinished picture of another one
        ALTER TABLE jobs ADD COLUMN decodes TEXT;
      `)
    },
  },
  {
    version: 50,
    apply(database) {
      database.exec(`
        -- An album lists its pictures; a saved search has \`search\` and finds them anew each time.
        CREATE TABLE collections (
          id TEXT PRIMARY KEY, name TEXT NOT NULL, search TEXT, cover TEXT, created_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE collection_images (
          collection TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
          image INTEGER NOT NULL REFERENCES images (number) ON DELETE CASCADE,
          PRIMARY KEY (collection, image)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX collection_images_by_image ON collection_images (image);

        ALTER TABLE images ADD COLUMN alt_text TEXT NOT NULL DEFAULT '';

        -- What finds duplicates: the digest of the pixels, and a small hash of how the picture looks.
        CREATE TABLE fingerprints (
          image INTEGER PRIMARY KEY REFERENCES images (number) ON DELETE CASCADE, pixels BLOB NOT NULL, look BLOB NOT NULL
        ) STRICT;
        CREATE INDEX fingerprints_by_pixels ON fingerprints (pixels);

        -- Folders whose models are listed where they lie.
        CREATE TABLE model_roots (path TEXT PRIMARY KEY, added_at INTEGER NOT NULL) STRICT;
      `)
    },
  },
  {
    version: 60,
    apply(database) {
      // Why a picture is shown blurred; null for one that is shown as it is.
      database.exec('ALTER TABLE images ADD COLUMN covered TEXT')
    },
  },
  {
    version: 70,
    apply(database) {
      // What a person said of the model at this path, over what its file tells.
      database.exec('CREATE TABLE model_overrides (path TEXT PRIMARY KEY, override TEXT NOT NULL) STRICT')
    },
  },
  {
    version: 80,
    apply(database) {
      // Bytes, the most that was resident while the picture was made: what forecasts are calibrated with.
      database.exec('ALTER TABLE images ADD COLUMN peak_memory INTEGER')
    },
  },
  {
    version: 90,
    apply(database) {
      // A search for a model or a size reads this as well, and no set is made for it.
      database.exec(`
        DROP INDEX images_by_time;
        CREATE INDEX images_by_time ON images (
          created_at, number, trashed_at, origin, starred, shared, model, width, height, steps
        );
      `)
    },
  },
  {
    version: 100,
    apply(database) {
      // Every list of models asks for each one's last pictures; a hundred thousand others are not looked at for them.
      database.exec(`
        CREATE INDEX images_by_model_and_time ON images (model, created_at, milliseconds, execution_provider)
      `)
    },
  },
  {
    version: 110,
    apply(database) {
      // The other program that wrote the settings a picture came in with; null for all others.
      database.exec('ALTER TABLE images ADD COLUMN program TEXT')
    },
  },
  {
    version: 120,
    apply(database) {
      // Every start asks for those that nothing refers to any more (sweepInputs).
      database.exec(`CREATE INDEX images_used ON images (created_at) WHERE origin IN ('input', 'mask')`)
    },
  },
]
