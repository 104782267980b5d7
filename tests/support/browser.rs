//! A real browser for the tests: Chromium without a window, steered over its DevTools protocol.
//! `Browser::launch()` starts one, `browser.page()` opens a page of its own (its own cookies, its own storage), so two
//! pages are two phones. Nothing waits for ever: what hangs fails, and says what it was waiting for. When the browser
//! is dropped, Chromium ends and its folder goes.
//! Threads: none. A page owns its socket; what Chromium tells meanwhile waits there until the page next asks.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses the part that it needs")]

#[path = "browser/chromium.rs"]
mod chromium;
#[path = "browser/wire.rs"]
mod wire;

use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use chromium::Chromium;
#[allow(unused_imports, reason = "only some of the tests start it by themselves")]
pub use chromium::find as chromium;
use wire::Wire;

/// How long a page may take to load.
const LOAD: Duration = Duration::from_secs(30);

/// A running Chromium.
pub struct Browser {
    wire: Mutex<Wire>,
    chromium: Chromium,
}

/// A page of its own: another page shares nothing with it, like another phone.
pub struct Page {
    wire: Wire,
    log: Log,
}

/// What a reader's machine can prefer, or do with a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A dark room.
    Dark,
    /// A light one.
    Light,
    /// On paper.
    Print,
    /// With less motion.
    ReducedMotion,
    /// With more contrast.
    MoreContrast,
}

/// An address that a page asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// The address.
    pub url: String,
    /// The answer's status; a file has none.
    pub status: Option<u64>,
    /// Why it failed, where it did.
    pub failure: Option<String>,
    id: String,
}

/// What assistive technology is told of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accessible {
    /// What it is: `image`, `link`, `heading`.
    pub role: String,
    /// What it is called.
    pub name: String,
}

/// What a page told since it was last sent somewhere.
#[derive(Default)]
struct Log {
    requests: Vec<Request>,
    errors: Vec<String>,
    loaded: Vec<String>,
}

impl Browser {
    /// Starts Chromium.
    ///
    /// # Panics
    /// Where there is none, with how to install it.
    pub fn launch() -> Self {
        let chromium = Chromium::start();
        let wire = Mutex::new(Wire::connect(&chromium.browser_address()));
        Self { wire, chromium }
    }

    /// Opens a page, as wide as a desk's.
    pub fn page(&self) -> Page {
        let mut wire = self.wire.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut ask = |method: &str, parameters: Value| wire.call(method, parameters, &mut |_, _| {});
        let context = ask("Target.createBrowserContext", json!({ "disposeOnDetach": false }));
        let wanted = json!({ "url": "about:blank", "browserContextId": context["browserContextId"] });
        let target = ask("Target.createTarget", wanted);
        let target = target["targetId"].as_str().expect("a new page has a name");
        Page::attach(Wire::connect(&self.chromium.page_address(target)))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It may be gone already; then there is nobody to ask.
        let _ = self.wire.get_mut().map(|wire| wire.say("Browser.close"));
    }
}

impl Page {
    fn attach(wire: Wire) -> Self {
        let mut page = Self { wire, log: Log::default() };
        for domain in ["Page", "Runtime", "Network", "Log", "DOM"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        page.call("Page.setLifecycleEventsEnabled", json!({ "enabled": true }));
        // Two pages are open at once: each behaves as the one in front.
        page.call("Emulation.setFocusEmulationEnabled", json!({ "enabled": true }));
        page.viewport(1280, 800, false);
        page
    }

    /// Makes the page so wide and so high; a phone has two points to a pixel, and a finger.
    pub fn viewport(&mut self, width: u32, height: u32, mobile: bool) {
        let scale = if mobile { 2 } else { 1 };
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": mobile });
        self.call("Emulation.setDeviceMetricsOverride", metrics);
        self.call("Emulation.setTouchEmulationEnabled", json!({ "enabled": mobile }));
    }

    /// Shows the page so, and in no other way.
    pub fn emulate(&mut self, seen: &[Seen]) {
        let media = if seen.contains(&Seen::Print) { "print" } else { "" };
        let features: Vec<Value> = seen.iter().filter_map(|seen| seen.feature()).collect();
        self.call("Emulation.setEmulatedMedia", json!({ "media": media, "features": features }));
    }

    /// Switches the page's own scripts off or on. `eval` works all the same.
    pub fn scripts(&mut self, on: bool) {
        self.call("Emulation.setScriptExecutionDisabled", json!({ "value": !on }));
    }

    /// Takes the network away, or gives it back.
    pub fn offline(&mut self, offline: bool) {
        let none = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.call("Network.emulateNetworkConditions", none);
    }

    /// Goes to an address and waits until all of the page is there. The log of requests and errors begins anew.
    ///
    /// # Panics
    /// When nothing is there, or it takes too long.
    #[track_caller]
    pub fn goto(&mut self, url: &str) {
        if let Err(why) = self.try_goto(url) {
            panic!("cannot open {url}: {why}");
        }
    }

    /// Goes to an address; says why where that fails.
    pub fn try_goto(&mut self, url: &str) -> Result<(), String> {
        self.log = Log::default();
        let answer = self.call("Page.navigate", json!({ "url": url }));
        if let Some(error) = answer["errorText"].as_str() {
            return Err(error.to_owned());
        }
        // An address on the same page loads nothing.
        let Some(loader) = answer["loaderId"].as_str().map(str::to_owned) else { return Ok(()) };
        let until = Instant::now() + LOAD;
        while !self.log.loaded.contains(&loader) {
            if !self.wire.listen(until, &mut |method, event| self.log.note(method, event)) {
                return Err(format!("it was not there after {} s", LOAD.as_secs()));
            }
        }
        Ok(())
    }

    /// Goes to an address that sends the browser on by itself, and waits for the page behind it.
    ///
    /// # Panics
    /// When it takes too long.
    #[track_caller]
    pub fn follow(&mut self, url: &str) {
        self.log = Log::default();
        self.call("Page.navigate", json!({ "url": url }));
        let until = Instant::now() + LOAD;
        while self.log.loaded.is_empty() {
            let heard = self.wire.listen(until, &mut |method, event| self.log.note(method, event));
            assert!(heard, "{url} was not there after {} s", LOAD.as_secs());
        }
    }

    /// What JavaScript says in the page; a promise is waited for.
    ///
    /// # Panics
    /// When it throws, or its answer is none of `T`.
    #[track_caller]
    pub fn eval<T: DeserializeOwned>(&mut self, js: &str) -> T {
        let asked = json!({ "expression": js, "returnByValue": true, "awaitPromise": true, "userGesture": true });
        let answer = self.call("Runtime.evaluate", asked);
        assert!(answer.get("gone").is_none(), "the page led on while it was asked: {}", js.trim());
        if let Some(thrown) = answer.get("exceptionDetails") {
            panic!("the page throws: {}\n  in: {}", words(thrown), js.trim());
        }
        let value = answer["result"].get("value").cloned().unwrap_or(Value::Null);
        serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value}\n  from: {}", js.trim()))
    }

    /// Waits until JavaScript says `true`.
    ///
    /// # Panics
    /// After `patience`, with what it waited for.
    #[track_caller]
    pub fn wait_until(&mut self, js: &str, patience: Duration) {
        let until = Instant::now() + patience;
        while !self.says_so(js) {
            assert!(Instant::now() < until, "after {patience:?} it is still not so: {js}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Whether JavaScript says `true`; a page that leads on meanwhile says nothing.
    #[track_caller]
    fn says_so(&mut self, js: &str) -> bool {
        let asked = json!({ "expression": js, "returnByValue": true, "awaitPromise": true, "userGesture": true });
        let answer = self.call("Runtime.evaluate", asked);
        if let Some(thrown) = answer.get("exceptionDetails") {
            panic!("the page throws: {}\n  in: {}", words(thrown), js.trim());
        }
        match &answer["result"]["value"] {
            Value::Bool(says) => *says,
            other => {
                assert!(answer.get("gone").is_some(), "{other} is neither true nor false\n  from: {}", js.trim());
                false
            }
        }
    }

    /// Presses a key: `Tab`, `Enter`, `Escape`, `Space`, `ArrowDown` … or a letter.
    pub fn press(&mut self, key: &str) {
        let (name, code, number, text) = match key {
            "Tab" => ("Tab", "Tab", 9, ""),
            "Enter" => ("Enter", "Enter", 13, "\r"),
            "Escape" => ("Escape", "Escape", 27, ""),
            "Space" => (" ", "Space", 32, " "),
            "ArrowLeft" => ("ArrowLeft", "ArrowLeft", 37, ""),
            "ArrowUp" => ("ArrowUp", "ArrowUp", 38, ""),
            "ArrowRight" => ("ArrowRight", "ArrowRight", 39, ""),
            "ArrowDown" => ("ArrowDown", "ArrowDown", 40, ""),
            letter if letter.chars().count() == 1 => (letter, "", 0, letter),
            other => panic!("no key is called `{other}` here"),
        };
        let down = json!({ "type": if text.is_empty() { "rawKeyDown" } else { "keyDown" }, "key": name, "code": code,
                           "windowsVirtualKeyCode": number, "text": text });
        let up = json!({ "type": "keyUp", "key": name, "code": code, "windowsVirtualKeyCode": number });
        self.call("Input.dispatchKeyEvent", down);
        self.call("Input.dispatchKeyEvent", up);
    }

    /// Lays a finger on the middle of the first element that `selector` finds.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn finger_down(&mut self, selector: &str) {
        let [x, y] = self.eval::<[f64; 2]>(&format!(
            "(() => {{ const at = document.querySelector({selector:?}); at.scrollIntoView({{ block: 'nearest' }}); \
             const box = at.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
        ));
        self.call("Input.dispatchTouchEvent", json!({ "type": "touchStart", "touchPoints": [{ "x": x, "y": y }] }));
    }

    /// Lifts it.
    pub fn finger_up(&mut self) {
        self.call("Input.dispatchTouchEvent", json!({ "type": "touchEnd", "touchPoints": [] }));
    }

    /// Taps on the first element that `selector` finds.
    #[track_caller]
    pub fn tap(&mut self, selector: &str) {
        self.finger_down(selector);
        self.finger_up();
    }

    /// What a screen reader is told of the first element that `selector` finds.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn accessible(&mut self, selector: &str) -> Accessible {
        let document = self.call("DOM.getDocument", json!({ "depth": 0 }));
        let root = &document["root"]["nodeId"];
        let node = self.call("DOM.querySelector", json!({ "nodeId": root, "selector": selector }));
        let node = node["nodeId"].as_u64().filter(|&node| node != 0);
        let node = node.unwrap_or_else(|| panic!("the page has no `{selector}`"));
        let tree = self.call("Accessibility.getPartialAXTree", json!({ "nodeId": node, "fetchRelatives": false }));
        let word = |field: &str| tree["nodes"][0][field]["value"].as_str().unwrap_or("").to_owned();
        Accessible { role: word("role"), name: word("name") }
    }

    /// Draws the whole page, to its end, into a PNG file.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn screenshot(&mut self, path: &Path) {
        let size = self.call("Page.getLayoutMetrics", json!({}))["cssContentSize"].clone();
        let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
        let asked = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let picture = self.call("Page.captureScreenshot", asked);
        let bytes = from_base64(picture["data"].as_str().unwrap_or(""));
        std::fs::write(path, bytes).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
    }

    /// What was asked for since the page was sent here.
    pub fn requests(&mut self) -> Vec<Request> {
        self.hear();
        self.log.requests.clone()
    }

    /// What went wrong since the page was sent here, as its console tells it.
    pub fn console_errors(&mut self) -> Vec<String> {
        self.hear();
        self.log.errors.clone()
    }

    /// Takes in what has been told. Chromium answers in order: before this answer stands all that came before.
    fn hear(&mut self) {
        self.call("Page.getNavigationHistory", json!({}));
    }

    #[track_caller]
    fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.wire.call(method, parameters, &mut |method, event| self.log.note(method, event))
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // The browser may have ended before; then the page has, too.
        let _ = self.wire.say("Page.close");
    }
}

impl Seen {
    fn feature(self) -> Option<Value> {
        let (name, value) = match self {
            Seen::Dark => ("prefers-color-scheme", "dark"),
            Seen::Light => ("prefers-color-scheme", "light"),
            Seen::ReducedMotion => ("prefers-reduced-motion", "reduce"),
            Seen::MoreContrast => ("prefers-contrast", "more"),
            Seen::Print => return None,
        };
        Some(json!({ "name": name, "value": value }))
    }
}

impl Log {
    fn note(&mut self, method: &str, event: &Value) {
        let text = |field: &str| event[field].as_str().unwrap_or("").to_owned();
        match method {
            "Page.lifecycleEvent" if event["name"] == "load" => self.loaded.push(text("loaderId")),
            "Network.requestWillBeSent" => {
                let url = event["request"]["url"].as_str().unwrap_or("").to_owned();
                self.requests.push(Request { url, status: None, failure: None, id: text("requestId") });
            }
            "Network.responseReceived" => {
                let status = event["response"]["status"].as_u64().filter(|&status| status != 0);
                self.of_request(&text("requestId"), |request| request.status = status);
            }
            "Network.loadingFailed" => {
                let why = text("errorText");
                self.of_request(&text("requestId"), |request| request.failure = Some(why));
            }
            "Runtime.exceptionThrown" => self.errors.push(words(&event["exceptionDetails"])),
            "Runtime.consoleAPICalled" if matches!(event["type"].as_str(), Some("error" | "assert")) => {
                let said = event["args"].as_array().into_iter().flatten();
                let said: Vec<String> = said
                    .map(|said| said["value"].as_str().map_or(said["description"].to_string(), str::to_owned))
                    .collect();
                self.errors.push(said.join(" "));
            }
            "Log.entryAdded" if event["entry"]["level"] == "error" => {
                let entry = &event["entry"];
                let word = |field: &str| entry[field].as_str().unwrap_or("");
                self.errors.push(format!("{} {}", word("text"), word("url")).trim().to_owned());
            }
            _ => {}
        }
    }

    fn of_request(&mut self, id: &str, change: impl FnOnce(&mut Request)) {
        if let Some(request) = self.requests.iter_mut().rev().find(|request| request.id == id) {
            change(request);
        }
    }
}

/// What was thrown, in words.
fn words(thrown: &Value) -> String {
    let description = thrown["exception"]["description"].as_str().or(thrown["text"].as_str());
    description.map_or_else(|| thrown.to_string(), str::to_owned)
}

/// Chromium sends pictures as base64; six bits a letter.
fn from_base64(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => Some(u32::from(letter - b'A')),
        b'a'..=b'z' => Some(u32::from(letter - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(letter - b'0') + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let sixes: Vec<u32> = text.bytes().filter_map(value).collect();
    let four = |four: &[u32]| {
        let bits = (0..4).fold(0, |bits, at| bits << 6 | four.get(at).copied().unwrap_or(0));
        bits.to_be_bytes()[1..four.len()].to_vec()
    };
    sixes.chunks(4).flat_map(four).collect()
}
