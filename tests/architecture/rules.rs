//! The rules of the house, as tables. A row says what holds, and why.

#![allow(unreachable_pub, reason = "shared by the modules of a test binary")]

/// What a room may know of the rest of the house.
pub struct Import {
    pub room: &'static str,
    pub sees: Sees,
    pub why: &'static str,
}

/// What a room sees.
pub enum Sees {
    /// All but these.
    AllBut(&'static [&'static str]),
    /// Itself and these, of the whole house.
    Only(&'static [&'static str]),
    /// Of the first room only these; the rest of the house is another row's matter.
    Of(&'static str, &'static [&'static str]),
}

pub const IMPORTS: &[Import] = &[
    Import { room: "units", sees: Sees::Only(&[]), why: "units are the ground that everything stands on" },
    Import {
        room: "diagnostic",
        sees: Sees::Only(&[]),
        why: "a finding can be made anywhere, so it depends on nothing",
    },
    Import {
        room: "error",
        sees: Sees::Only(&[]),
        why: "an error of the file system can happen anywhere, so it depends on nothing",
    },
    Import {
        room: "fields",
        sees: Sees::Only(&["diagnostic"]),
        why: "reading keys and values with their places knows neither of pages nor of music",
    },
    Import {
        room: "music",
        sees: Sees::AllBut(&["site", "session", "control", "commands", "cli", "report", "http"]),
        why: "the music plays without the website, and never talks to a terminal",
    },
    Import {
        room: "site",
        sees: Sees::Of("music", &["timeline", "session_names", "Timeline"]),
        why: "the site sees the music through one window: a finished timeline",
    },
    Import {
        room: "site",
        sees: Sees::AllBut(&["control", "commands", "cli"]),
        why: "the site is built and served by whoever asks, not only by the command line",
    },
    Import {
        room: "session",
        sees: Sees::Only(&["music::timeline", "music::fade", "units", "exchange"]),
        why: "a session is drawn from what the mixer reads, and from nothing else; `exchange` has the words of other programs",
    },
    Import {
        room: "control",
        sees: Sees::AllBut(&["music::mix", "music::decode", "music::sink", "site", "commands", "cli", "report"]),
        why: "a surface sends commands and shows the status; it never touches the sound",
    },
    Import {
        room: "music::sink",
        sees: Sees::Only(&["music::master", "music::limit", "units", "error", "diagnostic"]),
        why: "sinks see frames only: another output needs no knowledge of sessions",
    },
    Import {
        room: "cli",
        sees: Sees::Only(&["report", "units"]),
        why: "the command line's types are types only; of the findings' formats they need the names, and a length of time is read once",
    },
];

/// Rooms that are pure, with all that is inside of them. Besides these: what the header of `src/music.rs` lists
/// behind `Pure:`, and every file whose own header says `Pure`.
pub const PURE: &[&str] = &[
    "units",
    "fields",
    "diagnostic",
    "exchange",
    "history",
    "preflight::judge",
    "preflight::words",
    "project::markdown",
    "session",
    "control::script",
    "control::status",
    "control::view",
    "control::screen",
    "control::keys",
    "control::phone::desk",
    "control::phone::qr",
    "control::phone::told",
    "music::compose",
    "music::journal::run",
    "music::synth",
    "site::address",
    "site::book",
    "site::card",
    "site::cascade",
    "site::cohort",
    "site::component",
    "site::document",
    "site::faces",
    "site::functions",
    "site::graph",
    "site::handout",
    "site::headers",
    "site::html",
    "site::image::instruction",
    "site::image::placeholder",
    "site::image::strip",
    "site::letters",
    "site::links",
    "site::markdown",
    "site::page",
    "site::render",
    "site::slug",
    "site::style",
    "site::theme::compile",
    "site::theme::chain",
    "site::theme::fault",
    "site::theme::words",
    "site::view",
];

/// What a pure file never names: a file, a network, a thread, another program, the machine's settings, a clock.
pub const WORLD: &[&str] = &[
    "std::fs",
    "std::net",
    "std::thread",
    "std::process",
    "std::env",
    "std::io::stdin",
    "std::time::Instant",
    "std::time::SystemTime",
    "jiff::Zoned::now",
    "jiff::Timestamp::now",
    "walkdir",
    "tempfile",
];

/// A foreign crate, and the rooms that know it.
pub struct Door {
    pub name: &'static str,
    pub rooms: &'static [&'static str],
    /// Why there is more than one room, where there is.
    pub why: &'static str,
}

pub const DOORS: &[Door] = &[
    Door {
        name: "clap",
        rooms: &["cli", "main", "commands", "report"],
        why: "`main` parses, `commands` asks for the whole command for completions, `report` names its formats for clap",
    },
    Door { name: "mimalloc", rooms: &["main"], why: "the allocator is the program's, not the library's" },
    Door {
        name: "clap_complete",
        rooms: &["cli", "commands"],
        why: "the shell is named in `cli`, written in `commands`",
    },
    Door { name: "ctrlc", rooms: &["commands"], why: "" },
    Door { name: "signal_hook", rooms: &["commands"], why: "" },
    Door { name: "crossterm", rooms: &["control::tui"], why: "it owns the terminal" },
    Door {
        name: "ratatui",
        rooms: &["control::screen", "control::tui"],
        why: "`screen` fills its cells, `tui` owns the terminal",
    },
    Door { name: "tui_big_text", rooms: &["control::screen"], why: "" },
    Door {
        name: "rustix",
        rooms: &["preflight::machine", "site::folder", "system"],
        why: "one asks for a disk, one for its files, one for memory and cores",
    },
    Door { name: "getrandom", rooms: &["control::secret"], why: "" },
    Door { name: "qrcode", rooms: &["control::phone::qr"], why: "" },
    Door { name: "unicode_width", rooms: &["report"], why: "" },
    Door { name: "strsim", rooms: &["diagnostic"], why: "" },
    Door { name: "typst", rooms: &["site::handout::engine"], why: "" },
    Door { name: "typst_layout", rooms: &["site::handout::engine"], why: "" },
    Door { name: "typst_pdf", rooms: &["site::handout::engine"], why: "" },
    Door { name: "comemo", rooms: &["site::handout::engine"], why: "" },
    Door { name: "resvg", rooms: &["site::card"], why: "" },
    Door { name: "pagefind", rooms: &["site::search"], why: "" },
    Door { name: "giallo", rooms: &["site::colours"], why: "" },
    Door { name: "elasticlunr", rooms: &["site::render::index"], why: "" },
    Door { name: "unicode_segmentation", rooms: &["site::pace"], why: "" },
    Door { name: "postcard", rooms: &["site::sealed"], why: "" },
    Door { name: "xxhash_rust", rooms: &["site::kept"], why: "" },
    Door { name: "zip", rooms: &["site::book"], why: "" },
    Door { name: "ureq", rooms: &["check::external"], why: "" },
    Door { name: "aho_corasick", rooms: &["check::phrases"], why: "" },
    Door { name: "toml_edit", rooms: &["music::import"], why: "" },
    Door { name: "toml", rooms: &["fields::toml"], why: "" },
    Door { name: "saphyr_parser", rooms: &["fields::yaml"], why: "" },
    Door { name: "thiserror", rooms: ANYWHERE, why: "derives only" },
    Door { name: "serde", rooms: ANYWHERE, why: "derives only; what it writes is JSON" },
    Door { name: "serde_json", rooms: ANYWHERE, why: "the JSON that scripts, caches and templates read" },
    Door { name: "libm", rooms: ANYWHERE, why: "sines and powers, the same bits on every machine" },
    Door { name: "rayon", rooms: ANYWHERE, why: "the same result on more cores" },
    Door {
        name: "walkdir",
        rooms: &["site::content", "music::library", "error"],
        why: "each half walks its own folder; `error` gives walkdir's errors their path",
    },
    Door {
        name: "tempfile",
        rooms: &[
            "site::write",
            "site::image::shelf",
            "music::library",
            "music::sink::file",
            "files",
            "music::import",
            "preflight::machine",
            "commands",
        ],
        why: "`machine` tries whether a folder can be written; six places write whole or not at all: a site, its pictures, a list, a sound, a playlist, and a new program",
    },
    Door {
        name: "blake3",
        rooms: &["site::render", "site::handout", "site::image", "site::style", "music::library", "check::kept"],
        why: "these know a content by its hash",
    },
    Door {
        name: "jiff",
        rooms: &[
            "site::page",
            "site::functions",
            "site::cohort",
            "music::journal",
            "history",
            "commands::history",
            "commands::check",
        ],
        why: "a date is read in `page`, shown by `functions`; `cohort` has the zones of a group's dates; a journal is named by when it began, and told by `history`; a check is of a day",
    },
    Door { name: "globset", rooms: &["project::globs"], why: "" },
    Door { name: "deunicode", rooms: &["site::slug"], why: "" },
    Door { name: "grass", rooms: &["site::theme::sass"], why: "" },
    Door { name: "csv", rooms: &["site::functions::data", "history"], why: "one reads a table, the other writes one" },
    Door {
        name: "roxmltree",
        rooms: &["site::functions::data", "site::handout::markup", "exchange"],
        why: "templates read XML, lists of music are written in it, and a handout is made of it",
    },
    Door { name: "num_format", rooms: &["site::functions"], why: "" },
    Door { name: "tera_contrib", rooms: &["site::functions"], why: "" },
    Door { name: "emojis", rooms: &["site::markdown"], why: "" },
    Door { name: "pulldown_cmark", rooms: &["site::markdown"], why: "" },
    Door {
        name: "tera",
        rooms: &[
            "site::theme",
            "site::functions",
            "site::image::functions",
            "site::letters",
            "site::render",
            "site::view",
        ],
        why: "templates are compiled in `theme`, taught in the `functions` and in `letters`, run in `render`, and see what `view` shows",
    },
    Door {
        name: "axum",
        rooms: &["http", "site::serve", "control::phone"],
        why: "`http` is what servers share; `serve` is the preview's own routes, `phone` those of a thumb",
    },
    Door {
        name: "tokio",
        rooms: &["http", "site::serve", "site::search", "control::phone"],
        why: "it comes with axum; pagefind wants it, too",
    },
    Door { name: "futures_util", rooms: &["site::serve", "control::phone"], why: "streams of server-sent events" },
    Door { name: "notify", rooms: &["site::watch"], why: "" },
    Door { name: "image", rooms: &["site::image::codec"], why: "" },
    Door { name: "fast_image_resize", rooms: &["site::image::codec"], why: "" },
    Door { name: "jpeg_encoder", rooms: &["site::image::codec"], why: "" },
    Door { name: "moxcms", rooms: &["site::image::codec"], why: "" },
    Door { name: "ravif", rooms: &["site::image::codec"], why: "" },
    Door { name: "webp", rooms: &["site::image::codec"], why: "" },
    Door { name: "lightningcss", rooms: &["site::style::css"], why: "" },
    Door {
        name: "sha2",
        rooms: &["site::functions::addresses", "site::style", "site::headers"],
        why: "a browser checks a file by it in the first two, and a text in a page in `headers`",
    },
    Door {
        name: "base64",
        rooms: &["site::functions::addresses", "site::style", "site::headers"],
        why: "how those hashes are written",
    },
    Door { name: "memchr", rooms: ANYWHERE, why: "finding bytes, faster" },
    Door { name: "foldhash", rooms: ANYWHERE, why: "finding names, faster: no stranger picks them" },
    Door { name: "smallvec", rooms: &["site::html"], why: "" },
    Door { name: "symphonia", rooms: &["music::decode"], why: "" },
    Door { name: "opus_pure", rooms: &["music::decode::opus"], why: "" },
    Door { name: "pulp", rooms: &["music::lanes"], why: "" },
    Door { name: "hound", rooms: &["music::sink::file"], why: "" },
    Door { name: "flacenc", rooms: &["music::sink::file"], why: "" },
    Door {
        name: "rodio",
        rooms: &["music::sink::speaker", "music::sink::tap"],
        why: "`tap` is the source that rodio pulls from, in the device's callback",
    },
    Door {
        name: "rtrb",
        rooms: &["music::sink::tap", "music::sink::speaker"],
        why: "`speaker` hands the tap to the device's callback by it, without a lock",
    },
    Door { name: "cpal", rooms: &["music::sink::speaker"], why: "" },
    Door { name: "pulseaudio", rooms: &["music::sink::speaker::pulse"], why: "" },
    Door { name: "alsa", rooms: &["music::sink::speaker"], why: "" },
];

/// The doors of what is a part of the language to us.
pub const ANYWHERE: &[&str] = &[""];

/// A thing that only some rooms may do.
pub struct Reserved {
    pub what: &'static [&'static str],
    pub rooms: &'static [&'static str],
    pub why: &'static str,
}

pub const PRINTING: Reserved = Reserved {
    what: &["print!", "println!", "eprint!", "eprintln!", "dbg!", "std::io::stdout", "std::io::stderr"],
    // The screen itself is drawn on standard output.
    rooms: &["report", "commands", "control::tui"],
    why: "only `report` and `commands` print: a stray word would stand on a facilitator's screen",
};

pub const EXITING: Reserved = Reserved {
    what: &["std::process::exit", "std::process::abort"],
    // The second Ctrl-C of `play` stops at once: whoever presses it twice wants no last fade.
    rooms: &["main", "commands::play"],
    why: "only `main` ends the program: everything else gives its caller the chance to close what is open",
};

pub const UNSAFE: Reserved =
    Reserved { what: &["unsafe"], rooms: &[], why: "no `unsafe` anywhere: a session must not crash" };

/// Longer than this, and nobody reads it aloud.
pub const LONGEST: usize = 600;
