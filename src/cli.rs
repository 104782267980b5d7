//! The command line: clap's types only. Their doc comments are the help.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::report::Format;
use crate::units::{TimeError, parse_time};

/// Publishes a therapy program's website from Markdown, and plays its music in the room:
/// phase-timed, gently faded, never abruptly silent.
#[derive(Debug, Parser)]
#[command(name = "holdspace", version, max_term_width = 100)]
pub struct Cli {
    /// The program's folder [default: this one, or the nearest above it with a holdspace.toml]
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub directory: Option<PathBuf>,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// Make a program of your own: pages, guides, a theme and four sessions, ready to build
    New(New),
    /// Build the website into public/
    Build(Build),
    /// Show the website while you write; a mistake shows in the page, with its place
    Serve(Serve),
    /// Find what would embarrass or endanger the program: site, words, music
    Check(Check),
    /// List the pages that are not published yet, or no more, and why
    List(List),
    /// List the sessions, their phases and lengths
    Sessions,
    /// Show what a session will play, and when
    Plan(Plan),
    /// Play a session in the room
    Play(Play),
    /// Before a session: is everything there that it needs? GO, or NO-GO with each reason and what to do
    Preflight(Preflight),
    /// List past sessions, or tell what sounded when in one of them
    History(History),
    /// Take the pieces of another program's playlist into a phase
    Import(Import),
    /// Hear each transition of a session, and nothing else
    Rehearse(Rehearse),
    /// Write a session's sound to a file
    Render(Render),
    /// Make a piece of music from its recipe
    Compose(Compose),
    /// List this machine's audio outputs
    Outputs(Outputs),
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Make a program of your own.
#[derive(Debug, Args)]
pub struct New {
    /// The folder; it is empty, or not there yet
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// What the program is called [default: asked for on a terminal, else the folder's name]
    #[arg(long)]
    pub name: Option<String>,
}

/// Build the website.
#[derive(Debug, Args)]
pub struct Build {
    /// Build into this folder
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Build drafts too
    #[arg(long)]
    pub drafts: bool,
    /// Build pages too whose date has not come
    #[arg(long)]
    pub future: bool,
    /// Build pages too that have expired
    #[arg(long)]
    pub expired: bool,
    /// The address that the site will be published at
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Build everything anew, whatever was built before
    #[arg(long)]
    pub fresh: bool,
    /// How findings are written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Find what would embarrass or endanger the program: links, accessibility, plain language, medical review, claims, crisis
/// lines, privacy, security, playlists. It is no legal advice; what needs a browser or an ear is not checked.
#[derive(Debug, Args)]
pub struct Check {
    /// Only what is found in these files and folders
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t)]
    pub format: CheckFormat,
    /// Ask other sites, too, whether what is linked there is there
    #[arg(long)]
    pub external: bool,
    /// Let warnings fail, too
    #[arg(long)]
    pub strict: bool,
    /// Tell notes, too: what is worth knowing, with nothing to be done
    #[arg(long)]
    pub notes: bool,
    /// Mend what can be mended for certain
    #[arg(long)]
    pub fix: bool,
    /// Explain a rule, or list all of them; nothing is checked
    #[arg(long, value_name = "RULE", num_args = 0..=1, default_missing_value = "")]
    pub explain: Option<String>,
}

/// How the findings of a check are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people
    #[default]
    Human,
    /// For scripts: one JSON object
    Json,
    /// For editors and code hosts: SARIF 2.1.0
    Sarif,
    /// Annotations of GitHub's actions
    Github,
}

/// List pages.
#[derive(Debug, Args)]
pub struct List {
    /// Which pages
    #[arg(value_enum, default_value_t)]
    pub which: Which,
    /// As JSON, for scripts
    #[arg(long)]
    pub json: bool,
}

/// Which pages are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Which {
    /// All that are not published
    #[default]
    Withheld,
    /// Those that are still being written
    Drafts,
    /// Those whose date has not come
    Future,
    /// Those that have expired
    Expired,
    /// All pages
    All,
}

/// Show the website while you write.
#[derive(Debug, Args)]
pub struct Serve {
    /// The port; where it is taken, the next one that is free
    #[arg(long, default_value_t = 4000)]
    pub port: u16,
    /// Let other machines look, too, like a phone: an address or a name of this machine, or 0.0.0.0 for all of them
    /// [default: this machine only]
    #[arg(long, value_name = "ADDRESS")]
    pub host: Option<String>,
    /// Open it in the browser
    #[arg(long)]
    pub open: bool,
    /// Show drafts too
    #[arg(long)]
    pub drafts: bool,
    /// Show pages too whose date has not come
    #[arg(long)]
    pub future: bool,
    /// Show pages too that have expired
    #[arg(long)]
    pub expired: bool,
    /// Tell only what the build itself finds, and not what `holdspace check` would
    #[arg(long)]
    pub no_check: bool,
}

/// Show what a session will play.
#[derive(Debug, Args)]
pub struct Plan {
    /// The session: the name of its playlist, like session-1
    pub session: String,
    /// How the plan is written
    #[arg(long, value_enum, default_value_t)]
    pub format: PlanFormat,
}

/// How a plan is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// For people
    #[default]
    Text,
    /// For scripts
    Json,
    /// A picture
    Svg,
    /// A playlist for other programs
    M3u,
    /// A playlist for other programs, in XML
    Xspf,
}

/// Play a session in the room. On a terminal it has a screen, and `?` lists its keys; else it reads commands from standard
/// input, one a line, and `help` lists them. Where the session plays already, this is another screen of it.
#[derive(Debug, Args)]
pub struct Play {
    /// The session: the name of its playlist, like session-1
    pub session: String,
    /// The output: any part of its name that no other has, or `null` to play in real time to nowhere
    /// [default: this machine's default output]
    #[arg(long, value_name = "NAME")]
    pub output: Option<String>,
    /// Begin at a phase, or at a time of the session
    #[arg(long, value_name = "PHASE|TIME")]
    pub from: Option<String>,
    /// Go on where the session was cut off, with all that was decided until then
    #[arg(long, conflicts_with = "from")]
    pub resume: bool,
    /// Read commands from standard input, one a line, though there is a terminal
    #[arg(long)]
    pub no_screen: bool,
    /// Let a phone in the room's network hold the session, too; `p` on the screen shows it the way. It listens at an
    /// address of this machine [default: all of them]
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = "0.0.0.0")]
    pub phone: Option<String>,
}

/// Before a session: is everything there that it needs? On a terminal it then offers a tone to set the room's volume by, and
/// a fade to hear.
#[derive(Debug, Args)]
pub struct Preflight {
    /// The session: the name of its playlist, like session-1
    pub session: String,
    /// The output: any part of its name that no other has [default: this machine's default output]
    #[arg(long, value_name = "NAME")]
    pub output: Option<String>,
    /// As JSON, for scripts
    #[arg(long)]
    pub json: bool,
    /// Then play noise as loud as the session, for so long: set the room's volume by it
    #[arg(long, value_name = "LENGTH", num_args = 0..=1, default_missing_value = "20s", value_parser = length)]
    pub tone: Option<Duration>,
    /// Then play a fade to silence and back, and the session's last fade
    #[arg(long)]
    pub fade: bool,
}

/// List past sessions, or tell of one.
#[derive(Debug, Args)]
pub struct History {
    /// The run: its number in the list, or a part of its name that no other has [default: the list of all]
    pub run: Option<String>,
    /// How it is told
    #[arg(long, value_enum, default_value_t)]
    pub format: HistoryFormat,
    /// Only the runs of this session
    #[arg(long, value_name = "NAME")]
    pub session: Option<String>,
}

/// How a past session is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum HistoryFormat {
    /// For those who played it: what sounded when, and what was done
    #[default]
    Text,
    /// The music alone, to give to a participant who asks for it
    Markdown,
    /// A table with the fields that ASCAP, BMI and SoundExchange ask for
    Csv,
    /// For scripts
    Json,
    /// A playlist for other programs
    M3u,
    /// A playlist for other programs, in XML
    Xspf,
}

/// Take the pieces of another program's playlist into a phase.
#[derive(Debug, Args)]
pub struct Import {
    /// The playlist: M3U, XSPF or PLS
    pub file: PathBuf,
    /// The session: the name of its playlist, like session-1
    pub session: String,
    /// The phase that they come into, behind the pieces that it has
    pub phase: String,
    /// Tell what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
}

fn length(text: &str) -> Result<Duration, String> {
    let length = parse_time(text).map_err(|error| format!("{error}; {}", TimeError::HINT))?;
    (length <= Duration::from_secs(600)).then_some(length).ok_or_else(|| "ten minutes are enough".to_owned())
}

/// Hear each transition of a session.
#[derive(Debug, Args)]
pub struct Rehearse {
    /// The session: the name of its playlist, like session-1
    pub session: String,
    /// Only the transitions of this phase
    #[arg(long, value_name = "NAME")]
    pub phase: Option<String>,
    /// The output: any part of its name that no other has, or `null`
    #[arg(long, value_name = "NAME", conflicts_with = "file")]
    pub output: Option<String>,
    /// Write them to a file instead: its name ends in .wav or .flac
    #[arg(short = 'o', long = "file", value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// Write a session's sound to a file.
#[derive(Debug, Args)]
pub struct Render {
    /// The session: the name of its playlist, like session-1
    pub session: String,
    /// The file: its name ends in .wav or .flac
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Commands to carry out, one a line, with a time before each (`00:12:30 hold`); or the journal of a session
    #[arg(long, value_name = "FILE")]
    pub commands: Option<PathBuf>,
    /// Frames a second [default: the commands' own, else the program's, else 48000]
    #[arg(long, value_name = "HZ")]
    pub rate: Option<u32>,
    /// Bits a sample: 24, or 16 with dither
    #[arg(long, value_enum, default_value_t)]
    pub bits: Bits,
}

/// Bits a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Bits {
    /// 16, with dither
    #[value(name = "16")]
    Bits16,
    /// 24
    #[default]
    #[value(name = "24")]
    Bits24,
}

/// List this machine's audio outputs.
#[derive(Debug, Args)]
pub struct Outputs {
    /// As JSON, for scripts
    #[arg(long)]
    pub json: bool,
}

/// Make a piece of music from its recipe.
#[derive(Debug, Args)]
pub struct Compose {
    /// The recipe, a TOML file
    pub recipe: PathBuf,
    /// The file: its name ends in .wav or .flac
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}
