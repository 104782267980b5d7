//! Addresses, and what files hold: `get_url`, `get_hash`. Pure: it sees the files that were read before.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use tera::{Kwargs, State, Tera, TeraResult, Value};

use super::{Lookup, language, taught};
use crate::diagnostic::closest;
use crate::project::Dialect;
use crate::site::address::{self, decode, split_suffix};

/// Makes them known to Tera.
pub(super) fn register(tera: &mut Tera, lookup: &Arc<Lookup>) {
    let with = Arc::clone(lookup);
    tera.register_function("get_url", move |arguments: Kwargs, state: &State<'_>| get_url(&with, &arguments, state));
    let with = Arc::clone(lookup);
    tera.register_function("get_hash", move |arguments: Kwargs, _: &State<'_>| get_hash(&with, &arguments));
}

fn get_url(lookup: &Lookup, arguments: &Kwargs, state: &State<'_>) -> TeraResult<Value> {
    // Zola takes whatever stands there as a text, and nothing as an empty one.
    let whatever;
    let path = match lookup.dialect {
        Dialect::Own => arguments.must_get::<&str>("path")?,
        Dialect::Zola => {
            whatever = arguments.must_get::<String>("path")?;
            &whatever
        }
    };
    let cachebust = arguments.get::<bool>("cachebust")?.unwrap_or(false);
    let slash = arguments.get::<bool>("trailing_slash")?.unwrap_or(false);
    let url = if path.starts_with("@/") {
        let (path, suffix) = split_suffix(path);
        let entry = lookup.entry(path)?;
        let language = language(lookup, arguments, state)?;
        let permalink = &lookup.translated(entry, &language).unwrap_or(entry).permalink;
        if suffix.is_empty() {
            return Ok(permalink.clone());
        }
        format!("{permalink}{suffix}")
    } else {
        let asked = arguments.get::<String>("lang")?.filter(|language| !language.is_empty());
        let prefixed = lookup.with_language(path, asked.as_deref());
        match lookup.dialect {
            Dialect::Own => lookup.checked(&prefixed, cachebust)?,
            Dialect::Zola => lookup.unchecked(&prefixed, cachebust, slash)?,
        }
    };
    Ok(Value::safe_string(&url))
}

impl Lookup {
    /// A path below a language's folder, where a language is asked for.
    fn with_language(&self, path: &str, language: Option<&str>) -> String {
        let Some(language) = language.filter(|language| *language != self.language) else { return path.to_owned() };
        let trimmed = path.trim_start_matches('/');
        let (is_below, inside) = match self.dialect {
            Dialect::Own => (trimmed.starts_with(language), trimmed),
            // Zola puts it before whatever stands there, be it a slash, but for what begins with a slash and the language.
            Dialect::Zola => (path.strip_prefix('/').is_some_and(|path| path.starts_with(language)), path),
        };
        if is_below { path.to_owned() } else { format!("{language}/{inside}") }
    }

    /// The address of something that must be there.
    fn checked(&self, path: &str, cachebust: bool) -> TeraResult<String> {
        if path.split(['/', '?', '#']).next().is_some_and(|start| start.contains(':')) || path.starts_with("//") {
            return Ok(path.to_owned());
        }
        let (written, suffix) = split_suffix(path);
        let (route, fingerprint) = self.route(written)?;
        let query = fingerprint.filter(|_| cachebust).map(|hash| format!("?h={hash}")).unwrap_or_default();
        Ok(format!("{}{query}{suffix}", address::permalink(&self.base_url, &route)))
    }

    /// An address as Zola makes it: of anything, with a slash at its end only where that is asked for.
    fn unchecked(&self, path: &str, cachebust: bool, slash: bool) -> TeraResult<String> {
        let mut url = format!("{}{}", self.base_url, path.strip_prefix('/').unwrap_or(path));
        if !slash {
            url.truncate(url.strip_suffix('/').unwrap_or(&url).len());
        } else if !url.ends_with('/') && !url.contains('#') {
            url.push('/');
        }
        if cachebust {
            let bytes = self.bytes(path)?;
            let hash = hex(&Sha256::digest(bytes));
            url.push_str(&format!("?h={}", &hash[..20]));
        }
        Ok(url)
    }

    /// The route of a file or a page by its address on this site, and a file's fingerprint.
    fn route(&self, written: &str) -> TeraResult<(String, Option<&str>)> {
        let route = format!("/{}", decode(written.trim_start_matches('/')));
        if let Some(fingerprint) = self.files.get(&route) {
            return Ok((route, fingerprint.as_deref()));
        }
        let folder = if route.ends_with('/') { route.clone() } else { format!("{route}/") };
        if self.has_route(&folder) {
            return Ok((folder, None));
        }
        Err(self.nothing_at(&route, written))
    }

    fn nothing_at(&self, route: &str, written: &str) -> tera::Error {
        let mut known: Vec<&str> = self.files.keys().chain(self.routes()).map(String::as_str).collect();
        known.sort_unstable();
        let hint = closest(route, known).map(|near| format!("did you mean `{}`?", near.trim_start_matches('/')));
        taught(&format!("there is no file and no page at `{written}`"), hint)
    }

    /// What a file holds, by its address or by where it lies: `style.css`, `static/style.css`, `@/guides/plan.pdf`.
    fn bytes(&self, written: &str) -> TeraResult<&[u8]> {
        let path = written.trim_start_matches('/');
        let inside = ["@/", "content/", "static/"].into_iter().find_map(|folder| path.strip_prefix(folder));
        let routes = [Some(path), inside].into_iter().flatten().map(|path| format!("/{}", decode(path)));
        let index = |route: &str| self.indexes.get().and_then(|indexes| indexes.get(route));
        let found = routes.into_iter().find_map(|route| self.contents.get(&route).or_else(|| index(&route)));
        found.map(|bytes| &**bytes).ok_or_else(|| self.nothing_at(&format!("/{path}"), written))
    }
}

fn get_hash(lookup: &Lookup, arguments: &Kwargs) -> TeraResult<String> {
    let bytes = match (arguments.get::<&str>("path")?, arguments.get::<&str>("literal")?) {
        (Some(path), None) => lookup.bytes(path)?,
        (None, Some(literal)) => literal.as_bytes(),
        _ => {
            return Err(taught(
                "`get_hash` takes a `path` or a `literal`",
                Some("write `get_hash(path=\"style.css\")`".into()),
            ));
        }
    };
    let hash: Vec<u8> = match arguments.get::<u64>("sha_type")?.unwrap_or(384) {
        256 => Sha256::digest(bytes).to_vec(),
        384 => Sha384::digest(bytes).to_vec(),
        512 => Sha512::digest(bytes).to_vec(),
        other => return Err(taught(&format!("there is no SHA-{other}"), Some("`sha_type` is 256, 384 or 512".into()))),
    };
    let base64 = arguments.get::<bool>("base64")?.unwrap_or(true);
    Ok(if base64 { BASE64_STANDARD.encode(hash) } else { hex(&hash) })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
