//! `holdspace.toml`: what a program says of itself, and the house defaults for what it doesn't say. Pure.

use std::time::Duration;

use serde::Serialize;

use super::markdown::Markdown;
use super::{Checks, Dialect, Globs, Hooks, Language, Redirect, Security, hooks, languages};
use crate::diagnostic::{Findings, SourceText};
use crate::fields::{Fields, Form, Spanned};
use crate::site::slug::Manner;
use crate::units::{Decibels, Lufs, SampleRate, TimeError, parse_time};

/// What the configuration says, with defaults where it is silent.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whose conventions it follows.
    pub dialect: Dialect,
    /// The site's title.
    pub title: String,
    /// One sentence on the site.
    pub description: String,
    /// The address the site is published at, with a slash at its end.
    pub base_url: String,
    /// Whether templates see that address with the slash at its end.
    pub base_url_ends_in_slash: bool,
    /// The language of pages that don't say otherwise (BCP 47).
    pub default_language: String,
    /// The languages of the site, the default one first.
    pub languages: Vec<Language>,
    /// The theme's folder in `themes/`. A Zola site may do without one.
    pub theme: Option<String>,
    /// The folder the site is built into.
    pub output_dir: String,
    /// Who wrote the pages that don't say otherwise.
    pub author: Option<String>,
    /// How many pages a feed has at most.
    pub feed_limit: Option<usize>,
    /// What stands before taxonomies in their addresses.
    pub taxonomy_root: Option<String>,
    /// How names become addresses.
    pub slugify: Slugify,
    /// What is made besides pages.
    pub made: Made,
    /// Whether the program's own `sass/` is compiled; a theme's always is.
    pub compile_sass: bool,
    /// Files in content/ that are left out.
    pub ignored_content: Globs,
    /// Files in static/ that are left out.
    pub ignored_static: Globs,
    /// Whether a broken link inside the site is an error.
    pub internal_links_are_errors: bool,
    /// `[markdown]` as it is written, for templates.
    pub markdown_as_written: serde_json::Map<String, serde_json::Value>,
    /// Pages that don't go through Tera, in a Zola site, where all others do.
    pub skip_content_templating: Globs,
    /// Whether pages that don't say when they were changed have the time of their last commit.
    pub updated_from_git: bool,
    /// Old addresses, and where they lead.
    pub redirects: Vec<Redirect>,
    /// Commands that run with `holdspace build`.
    pub hooks: Hooks,
    /// Who runs the program, and how to reach them.
    pub program: Program,
    /// House defaults of the music.
    pub music: MusicDefaults,
    /// How Markdown is read.
    pub markdown: Markdown,
    /// What the rules of `holdspace check` weigh.
    pub checks: Checks,
    /// How pages are guarded.
    pub security: Security,
    /// Free data for the theme.
    pub extra: serde_json::Map<String, serde_json::Value>,
    /// The text it came from, for findings about its values.
    pub source: SourceText,
}

/// How names become addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slugify {
    /// Files' names.
    pub paths: Manner,
    /// Terms of taxonomies.
    pub taxonomies: Manner,
    /// Headings.
    pub anchors: Manner,
    /// Whether the date in a file's name stays in its address.
    pub paths_keep_dates: bool,
}

/// What is made besides pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    /// `sitemap.xml`
    pub sitemap: bool,
    /// Whether the sitemap lists each page of a listing over several pages.
    pub pagers_in_sitemap: bool,
    /// `robots.txt`
    pub robots: bool,
}

/// Who runs the program, and how to reach them.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Program {
    /// The program's name.
    pub name: String,
    /// What people call it.
    pub short_name: String,
    /// The clinic.
    pub clinic: String,
    /// The telephone number as people read it.
    pub phone: String,
    /// The telephone number as a link: `tel:+1…`.
    pub phone_href: String,
    /// An address for letters, line by line.
    pub address: Vec<String>,
    /// The time zone of cohorts that name none: `America/Denver`.
    #[serde(skip)]
    pub zone: Option<Spanned<String>>,
}

/// House defaults of the music: a playlist that is silent on them gets these.
/// No source gives numbers for this work; they are for a clinician to review.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MusicDefaults {
    /// The rate of the session's clock.
    pub rate: SampleRate,
    /// What every piece is brought to.
    pub loudness: Lufs,
    /// The true peak that nothing passes.
    pub ceiling: Decibels,
    /// Between two pieces.
    pub crossfade: Duration,
    /// Between two phases.
    pub boundary: Duration,
    /// The last fade of a session.
    pub end: Duration,
}

impl Default for MusicDefaults {
    fn default() -> Self {
        Self {
            rate: SampleRate::HOUSE,
            loudness: Lufs(-23.0),
            ceiling: Decibels(-1.0),
            crossfade: Duration::from_secs(12),
            boundary: Duration::from_secs(24),
            end: Duration::from_secs(20),
        }
    }
}

impl Config {
    /// Reads the configuration, with every mistake as a finding.
    pub fn parse(source: &SourceText, dialect: Dialect) -> (Config, Findings) {
        let form = Form::toml(source, 0..source.text().len());
        let root = form.root("the configuration");
        let slugify = slugify(&root, dialect);
        let default_language = languages::default(&root);
        let languages = languages::read(&root, &default_language, &|name| slugify.taxonomies.name(name));
        let written_url = root.text("base_url").map(|url| url.value).unwrap_or_default();
        let flag = |key, silent| root.flag(key).map_or(silent, |flag| flag.value);
        // To Zola these are no keys, and so they are none in a Zola site: nobody's site runs commands here unasked.
        let own = dialect == Dialect::Own;
        let own_table = |key, what| own.then(|| root.table(key, what)).flatten();
        let config = Config {
            dialect,
            title: languages[0].title.clone().unwrap_or_default(),
            description: languages[0].description.clone().unwrap_or_default(),
            base_url: base_url(&root, dialect),
            base_url_ends_in_slash: dialect == Dialect::Own || written_url.ends_with('/'),
            default_language,
            languages,
            theme: theme(&root, dialect),
            output_dir: folder(&root, "output_dir").unwrap_or_else(|| "public".to_owned()),
            author: root.text("author").map(|name| name.value),
            feed_limit: languages::count(&root, "feed_limit"),
            taxonomy_root: root.text("taxonomy_root").map(|path| path.value.trim_matches('/').to_owned()),
            slugify,
            made: Made {
                sitemap: flag("generate_sitemap", true),
                pagers_in_sitemap: root
                    .choice("exclude_paginated_pages_in_sitemap", &[("none", true), ("all", false)])
                    .is_none_or(|listed| listed.value),
                robots: flag("generate_robots_txt", true),
            },
            compile_sass: flag("compile_sass", false),
            ignored_content: Globs::read(&root, "ignored_content"),
            ignored_static: Globs::read(&root, "ignored_static"),
            internal_links_are_errors: root.table("link_checker", "[link_checker]").is_none_or(link_checker),
            markdown_as_written: root.free("markdown"),
            updated_from_git: own
                && root.choice("updated_from", &[("git", true), ("front matter", false)]).is_some_and(|git| git.value),
            redirects: own_table("redirects", "[redirects]").map(hooks::redirects).unwrap_or_default(),
            hooks: own_table("hooks", "[hooks]").map(Hooks::read).unwrap_or_default(),
            program: root.table("program", "[program]").map(program).unwrap_or_default(),
            music: root.table("music", "[music]").map(music).unwrap_or_default(),
            markdown: markdown(&root, dialect),
            skip_content_templating: Globs::read(&root, "skip_content_templating"),
            checks: own_table("check", "[check]").map(Checks::read).unwrap_or_default(),
            security: Security::read(root.table("security", "[security]"), dialect),
            extra: root.free("extra"),
            source: source.clone(),
        };
        needs_nothing_here(&root);
        bygone(&root);
        if dialect == Dialect::Own && !form.is_broken() && config.title.is_empty() {
            root.missing("title", "name the site: `title = \"Our program\"`");
        }
        root.done();
        (config, form.finish())
    }

    /// A language by its code.
    pub fn language(&self, code: &str) -> Option<&Language> {
        self.languages.iter().find(|language| language.code == code)
    }

    /// Whether the site has more than one language.
    pub fn is_multilingual(&self) -> bool {
        self.languages.len() > 1
    }

    /// The address that the site is published at, as templates see it.
    pub fn shown_base_url(&self) -> &str {
        if self.base_url_ends_in_slash { &self.base_url } else { self.base_url.trim_end_matches('/') }
    }
}

/// Keys of Zola's that ask for nothing here: writing never deletes what isn't ours, and never copies what is there.
fn needs_nothing_here(root: &Fields<'_>) {
    for key in ["hard_link_static", "preserve_dotfiles_in_output", "minify_html"] {
        let _ = root.flag(key);
    }
}

/// Keys that older Zola sites have.
fn bygone(root: &Fields<'_>) {
    root.bygone("generate_feed", "write `generate_feeds = true`");
    root.bygone("feed_filename", "write `feed_filenames = [\"atom.xml\"]`");
    root.bygone("highlight_code", "write a table `[markdown.highlighting]` with `theme = \"…\"`");
    root.bygone("highlight_theme", "write a table `[markdown.highlighting]` with `theme = \"…\"`");
    root.bygone("rss_limit", "write `feed_limit`");
    root.bygone("generate_rss", "write `generate_feeds = true` and `feed_filenames = [\"rss.xml\"]`");
    root.bygone("extra_syntaxes", "write `extra_grammars` in `[markdown.highlighting]`");
}

fn slugify(root: &Fields<'_>, dialect: Dialect) -> Slugify {
    let on = if dialect == Dialect::Own { Manner::House } else { Manner::Zola };
    let silent = Slugify { paths: on, taxonomies: on, anchors: on, paths_keep_dates: false };
    let Some(fields) = root.table("slugify", "[slugify]") else { return silent };
    let manner = |key| fields.choice(key, &[("on", on), ("safe", Manner::Safe), ("off", Manner::Off)]);
    let slugify = Slugify {
        paths: manner("paths").map_or(on, |manner| manner.value),
        taxonomies: manner("taxonomies").map_or(on, |manner| manner.value),
        anchors: manner("anchors").map_or(on, |manner| manner.value),
        paths_keep_dates: fields.flag("paths_keep_dates").is_some_and(|flag| flag.value),
    };
    fields.done();
    slugify
}

/// Whether a broken link inside the site is an error. What is said of links to other sites is for `holdspace check`.
fn link_checker(fields: Fields<'_>) -> bool {
    let levels = [("error", true), ("warn", false)];
    let is_error = fields.choice("internal_level", &levels).is_none_or(|level| level.value);
    let _ = fields.choice("external_level", &levels);
    for list in ["skip_prefixes", "skip_anchor_prefixes", "ignored_files"] {
        let _ = fields.texts(list);
    }
    fields.done();
    is_error
}

fn theme(root: &Fields<'_>, dialect: Dialect) -> Option<String> {
    let silent = || (dialect == Dialect::Own).then(|| "haven".to_owned());
    folder(root, "theme").or_else(silent)
}

fn markdown(root: &Fields<'_>, dialect: Dialect) -> Markdown {
    let silent = if dialect == Dialect::Zola { Markdown::zola() } else { Markdown::house() };
    match root.table("markdown", "[markdown]") {
        Some(fields) => Markdown::read(fields, silent),
        None => silent,
    }
}

fn base_url(root: &Fields<'_>, dialect: Dialect) -> String {
    let parse = |text: &str| {
        // Zola takes a mere path, for a site that does not know where it will stand.
        if dialect == Dialect::Zola && text.starts_with('/') && !text.starts_with("//") {
            return Some(format!("{}/", text.trim_end_matches('/')));
        }
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        (!host.is_empty() && !host.starts_with('/') && !text.contains(char::is_whitespace))
            .then(|| format!("{}/", text.trim_end_matches('/')))
    };
    let hint = "write the whole address the site will be published at, like `https://www.example.org/`";
    root.parsed("base_url", parse, hint).map_or_else(|| "http://localhost/".to_owned(), |url| url.value)
}

/// A folder's name directly inside the program's folder.
fn folder(root: &Fields<'_>, key: &'static str) -> Option<String> {
    let parse = |text: &str| {
        let plain = !text.is_empty() && !text.starts_with('.') && !text.contains(['/', '\\', ':']);
        plain.then(|| text.to_owned())
    };
    root.parsed(key, parse, "it is the name of a folder, without slashes").map(|name| name.value)
}

fn program(fields: Fields<'_>) -> Program {
    let text = |key| fields.text(key).map(|text| text.value).unwrap_or_default();
    let phone = text("phone");
    let program = Program {
        name: text("name"),
        short_name: text("short_name"),
        clinic: text("clinic"),
        phone_href: phone_href(&phone),
        phone,
        address: fields.texts("address").into_iter().map(|line| line.value).collect(),
        zone: fields.text("zone"),
    };
    fields.done();
    program
}

/// `720-675-7123` → `tel:+17206757123`: ten digits are a North American number (RFC 3966 wants the country).
fn phone_href(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    match (phone.trim_start().starts_with('+'), digits.len()) {
        (_, 0) => String::new(),
        (true, _) => format!("tel:+{digits}"),
        (false, 10) => format!("tel:+1{digits}"),
        (false, _) => format!("tel:{digits}"),
    }
}

fn music(fields: Fields<'_>) -> MusicDefaults {
    let house = MusicDefaults::default();
    let time = |key, default| fields.parsed(key, |t| parse_time(t).ok(), TimeError::HINT).map_or(default, |t| t.value);
    let rate = |text: &str| text.parse().ok().and_then(SampleRate::new).filter(|rate| rate.hertz() >= 8000);
    let defaults = MusicDefaults {
        rate: fields
            .parsed("rate", rate, "frames a second, from 8000 to 384000; 48000 suits nearly every output")
            .map_or(house.rate, |r| r.value),
        loudness: fields.parsed("loudness", Lufs::parse, "write it as `-23 LUFS`").map_or(house.loudness, |l| l.value),
        ceiling: fields.parsed("ceiling", ceiling, CEILING_HINT).map_or(house.ceiling, |c| c.value),
        crossfade: time("crossfade", house.crossfade),
        boundary: time("boundary", house.boundary),
        end: time("end", house.end),
    };
    fields.done();
    defaults
}

/// How a ceiling is written, for a hint.
pub const CEILING_HINT: &str = "write it as `-1 dBTP`; it is between -30 and 0";

/// Reads a true-peak ceiling: −30 to 0 dBTP.
pub fn ceiling(text: &str) -> Option<Decibels> {
    Decibels::parse(text).filter(|level| (-30.0..=0.0).contains(&level.0))
}

#[cfg(test)]
mod tests {
    use super::super::{CONFIG_FILE, IndexFormat};
    use super::*;

    fn read(text: &str, dialect: Dialect) -> (Config, Findings) {
        Config::parse(&SourceText::new(CONFIG_FILE, text), dialect)
    }

    #[test]
    fn a_silent_configuration_gets_the_house_defaults() {
        let (config, findings) = read("title = \"T\"\nbase_url = \"https://a.org\"\n", Dialect::Own);
        assert!(findings.is_empty(), "{findings:?}");
        assert_eq!((config.base_url.as_str(), config.theme.as_deref()), ("https://a.org/", Some("haven")));
        assert_eq!(config.music, MusicDefaults::default());
    }

    #[test]
    fn an_unknown_key_and_a_wrong_address_are_both_found() {
        let text = "title = \"T\"\nbase_url = \"www.a.org\"\n[program]\nphon = \"1\"\n[music]\nceiling = \"+3 dB\"\n";
        let (_, findings) = read(text, Dialect::Own);
        let said: Vec<_> =
            findings.sorted().iter().map(|d| (d.place.as_ref().map_or(0, |p| p.line), d.message.clone())).collect();
        assert_eq!(
            said,
            [
                (2, "`base_url` cannot be `www.a.org`".to_owned()),
                (4, "[program] has no key `phon`".to_owned()),
                (6, "`ceiling` cannot be `+3 dB`".to_owned()),
            ]
        );
    }

    #[test]
    fn a_number_becomes_a_link_that_dials() {
        assert_eq!(phone_href("720-675-7123"), "tel:+17206757123");
        assert_eq!(phone_href("+44 20 7946 0000"), "tel:+442079460000");
        assert_eq!(phone_href("988"), "tel:988");
    }

    #[test]
    fn a_zola_configuration_is_read_in_its_own_words() {
        let text = r#"
            base_url = "https://a.org/sub"
            taxonomies = [{ name = "Tags", paginate_by = 5, feed = true }]
            [search]
            index_format = "fuse_json"
            [languages.fr]
            title = "Titre"
            search.include_title = false
            fallback = true
            [languages.fr.translations]
            more = "plus"
            [languages.en]
            title = "Title"
        "#;
        let (config, findings) = read(text, Dialect::Zola);
        assert!(findings.is_empty(), "{findings:?}");
        assert_eq!((config.shown_base_url(), config.theme.as_deref()), ("https://a.org/sub", None));
        let codes: Vec<_> = config.languages.iter().map(|language| language.code.as_str()).collect();
        assert_eq!((codes, config.title.as_str()), (vec!["en", "fr"], "Title"));
        assert_eq!(config.languages[0].taxonomies[0].slug, "tags");
        assert_eq!(config.languages[0].search.index_format, IndexFormat::FuseJson);
        assert_eq!(config.language("fr").map(|fr| fr.translations["more"].as_str()), Some("plus"));
    }

    #[test]
    fn a_bygone_key_says_what_to_write_now() {
        let text =
            "base_url = \"https://a.org\"\ngenerate_feed = true\ngenerate_feds = true\n[languages.f_]\ntitel = \"\"\n";
        let (_, findings) = read(text, Dialect::Zola);
        let said: Vec<_> =
            findings.sorted().iter().map(|d| format!("{} [{}]", d.message, d.hints.join("; "))).collect();
        assert_eq!(
            said,
            [
                "the configuration has no key `generate_feed` any more [write `generate_feeds = true`]",
                "the configuration has no key `generate_feds` [did you mean `generate_feeds`?]",
                "`f_` is no language's code [write it as browsers do: `fr`, `pt-BR`]",
                "a language has no key `titel` [did you mean `title`?]",
            ]
        );
    }
}
