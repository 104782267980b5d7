//! Links to other sites, looked at one by one where `--external` asks for it: politely, with a question for the head only, one
//! at a time for each host, and no more than once in a week where all was well. It reads nothing of what is there.
//!
//! It touches the network and the cache, and is the only room that calls out.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};

use super::Found;
use super::fix::Mend;
use super::program::{Page, Program};
use crate::files;
use crate::site::markdown::prose::Link;

/// How long a host may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long is waited between two questions to one host.
const PAUSE: Duration = Duration::from_millis(300);
/// So many hosts at once.
const AT_ONCE: usize = 8;
/// What was well is not asked again for so long (seconds).
const FRESH: u64 = 7 * 86_400;
/// How often a page may lead on.
const MOST_STEPS: usize = 5;

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Answer {
    /// It is there.
    There,
    /// It has moved for good.
    Moved(String),
    /// It is gone.
    Gone(u16),
    /// It is not told to a program like this.
    Closed(u16),
    /// Nobody answers.
    Silent(String),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    answer: Answer,
    at: u64,
}

/// Asks for every link to another site.
pub(super) fn check(program: &Program<'_>, found: &mut Found<'_>) {
    let links: Vec<(&Page, &Link)> = program
        .pages
        .iter()
        .flat_map(|page| page.prose().links.iter().map(move |link| (page, link)))
        .filter(|(_, link)| host(&link.target).is_some())
        .collect();
    let path = program.project.cache().join("cache/links.json");
    let mut kept: BTreeMap<String, Kept> =
        fs::read(&path).ok().and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    kept.retain(|_, kept| kept.answer == Answer::There && kept.at <= now && now - kept.at < FRESH);
    let mut hosts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (_, link) in &links {
        let address = without_fragment(&link.target).to_owned();
        if let Some(host) = host(&address).filter(|_| !kept.contains_key(&address)) {
            let asked = hosts.entry(host.to_owned()).or_default();
            if !asked.contains(&address) {
                asked.push(address);
            }
        }
    }
    let answers = ask(hosts.into_values().collect());
    let silent = answers.values().filter(|answer| matches!(answer, Answer::Silent(_))).count();
    if silent > 1 && silent == answers.len() {
        let message = format!("no other site answers: {silent} links were not looked at");
        let place = crate::diagnostic::Place::file(crate::project::CONFIG_FILE);
        return found.add("links/offline", message, place, "connect this machine, and check again with `--external`");
    }
    for (address, answer) in &answers {
        kept.insert(address.clone(), Kept { answer: answer.clone(), at: now });
    }
    for (page, link) in links {
        if let Some(answer) = answers.get(without_fragment(&link.target)) {
            tell(page, link, answer, found);
        }
    }
    kept.retain(|_, kept| kept.answer == Answer::There);
    // A cache that cannot be written costs time, and nothing else.
    let folder = path.parent().map(PathBuf::from).unwrap_or_default();
    if fs::create_dir_all(folder).is_ok() {
        let _ = files::replace(&path, &serde_json::to_vec(&kept).unwrap_or_default());
    }
}

fn tell(page: &Page, link: &Link, answer: &Answer, found: &mut Found<'_>) {
    let (target, place) = (without_fragment(&link.target), page.place(link.span.clone()));
    match answer {
        Answer::There => {}
        Answer::Gone(status) => {
            let message = format!("`{target}` is gone ({status})");
            found.add("links/gone", message, place, "find where it is now, or take the link out");
        }
        Answer::Moved(to) => {
            let message = format!("`{target}` has moved for good");
            let hint = format!("write `{to}`");
            match Mend::replace("links/moved", page.source(), link.span.clone(), target, to) {
                Some(mend) => found.mend("links/moved", message, place, &hint, mend),
                None => found.add("links/moved", message, place, hint),
            }
        }
        Answer::Closed(status) => {
            let message = format!("`{target}` says {status} to a program: open it in a browser");
            found.add("links/closed", message, place, "where it opens there, all is well");
        }
        Answer::Silent(why) => {
            let message = format!("`{target}` does not answer: {why}");
            found.add("links/silent", message, place, "try again later; if it stays so, find another source");
        }
    }
}

fn without_fragment(target: &str) -> &str {
    target.split('#').next().unwrap_or(target)
}

fn host(target: &str) -> Option<&str> {
    let rest = target.strip_prefix("https://").or_else(|| target.strip_prefix("http://"))?;
    rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())
}

/// Asks some hosts at once, and each host one thing after another.
fn ask(hosts: Vec<Vec<String>>) -> BTreeMap<String, Answer> {
    let waiting = Mutex::new(hosts);
    let answers = Mutex::new(BTreeMap::new());
    let take = || waiting.lock().ok().and_then(|mut hosts| hosts.pop());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                let agent = agent();
                while let Some(addresses) = take() {
                    for (n, address) in addresses.into_iter().enumerate() {
                        if n > 0 {
                            thread::sleep(PAUSE);
                        }
                        let answer = patiently(&agent, &address);
                        if let Ok(mut answers) = answers.lock() {
                            answers.insert(address, answer);
                        }
                    }
                }
            });
        }
    });
    answers.into_inner().unwrap_or_default()
}

fn agent() -> Agent {
    let config = Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent(concat!("holdspace/", env!("CARGO_PKG_VERSION"), " (checks links)"));
    config.build().into()
}

/// Asks again where nobody answered: a network has its moments.
fn patiently(agent: &Agent, address: &str) -> Answer {
    let mut answer = follow(agent, address);
    for _ in 0..2 {
        if !matches!(answer, Answer::Silent(_)) {
            break;
        }
        thread::sleep(PAUSE);
        answer = follow(agent, address);
    }
    answer
}

/// Goes where an address leads.
fn follow(agent: &Agent, address: &str) -> Answer {
    let (mut at, mut moved) = (address.to_owned(), true);
    for step in 0..=MOST_STEPS {
        let response = match question(agent, &at) {
            Ok(response) => response,
            Err(why) => return Answer::Silent(why),
        };
        let status = response.status();
        if !status.is_redirection() {
            return match status {
                status if status.is_success() && step > 0 && moved => Answer::Moved(at),
                status if status.is_success() => Answer::There,
                StatusCode::NOT_FOUND | StatusCode::GONE => Answer::Gone(status.as_u16()),
                status => Answer::Closed(status.as_u16()),
            };
        }
        // What only leads elsewhere for now is where it should be.
        moved &= matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT);
        let to = response.headers().get("location").and_then(|to| to.to_str().ok());
        match to.and_then(|to| join(&at, to)) {
            Some(next) => at = next,
            None => return Answer::Closed(status.as_u16()),
        }
    }
    Answer::Silent("it leads on and on".to_owned())
}

/// The head alone; all of it only where a host doesn't know that question.
fn question(agent: &Agent, address: &str) -> Result<Response<Body>, String> {
    let head = agent.head(address).call().map_err(|error| error.to_string())?;
    let unknown =
        [StatusCode::METHOD_NOT_ALLOWED, StatusCode::NOT_IMPLEMENTED, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND];
    if !unknown.contains(&head.status()) {
        return Ok(head);
    }
    agent.get(address).call().map_err(|error| error.to_string())
}

/// Where `to` leads, seen from `at`.
fn join(at: &str, to: &str) -> Option<String> {
    if to.starts_with("http://") || to.starts_with("https://") {
        return Some(to.to_owned());
    }
    let (scheme, rest) = at.split_once("://")?;
    if let Some(other) = to.strip_prefix("//") {
        return Some(format!("{scheme}://{other}"));
    }
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if let Some(path) = to.strip_prefix('/') {
        return Some(format!("{scheme}://{host}/{path}"));
    }
    let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    Some(format!("{scheme}://{host}/{folder}{to}"))
}
