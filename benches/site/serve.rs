//! How long a preview takes: from the moment when a page's file is saved until the page is given out anew, asked for every half
//! millisecond. Medians of twenty saves, each tool with its own usual settings, one after the other in one run.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::tools::Tool;
use crate::world::text;

const SAVES: usize = 20;
const PAGE: &str = "part-0/page-7";

/// A server that ends with us.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Measures one tool on the site in `folder`, and prints it.
pub fn measure(tool: Tool, program: &Path, folder: &Path, pages: usize) {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
    let mut command = tool.serve(program, folder, port);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let began = Instant::now();
    let _server = Server(command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}")));
    wait_for(port, "</html>");
    let first = began.elapsed().as_secs_f64();
    let dialect = tool.dialect();
    let words = |round: usize| format!("{}\nSaved as number {round}.\n", text(7, pages, dialect));
    let titled = |round: usize| words(round).replacen("title = \"", &format!("title = \"Round {round} of "), 1);
    let save = |written: &dyn Fn(usize) -> String, from: usize| {
        let mut took: Vec<f64> = (from..from + SAVES)
            .map(|round| {
                // Longer than any of them waits for another save.
                sleep(Duration::from_millis(1500));
                let began = Instant::now();
                fs::write(folder.join("content").join(PAGE).with_extension("md"), written(round)).expect("a page");
                wait_for(port, &format!("Saved as number {round}."));
                began.elapsed().as_secs_f64() * 1000.0
            })
            .collect();
        took.sort_by(f64::total_cmp);
        (took[SAVES / 2], took[SAVES - 1])
    };
    // The first save after the start may find caches cold: it is no more than the others here.
    let ((words, longest_words), (title, longest_title)) = (save(&words, 0), save(&titled, SAVES));
    println!(
        "{:<12} {first:>9.1} s {words:>9.1} ms {longest_words:>9.1} ms {title:>9.1} ms {longest_title:>9.1} ms",
        tool.name()
    );
}

fn wait_for(port: u16, wanted: &str) {
    let began = Instant::now();
    while !ask(port).is_some_and(|page| page.contains(wanted)) {
        assert!(began.elapsed() < Duration::from_secs(900), "`{wanted}` never came");
        sleep(Duration::from_micros(500));
    }
}

fn ask(port: u16) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
    write!(stream, "GET /{PAGE}/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n").ok()?;
    let mut page = Vec::new();
    stream.read_to_end(&mut page).ok()?;
    let page = String::from_utf8_lossy(&page).into_owned();
    page.starts_with("HTTP/1.1 200").then_some(page)
}

/// The columns of [`measure`].
pub const HEAD: &str = "                 first        words    (longest)        title    (longest)";

impl Tool {
    /// Whether it has a preview.
    pub fn serves(self) -> bool {
        !matches!(self, Tool::Probe | Tool::Floor)
    }

    fn serve(self, program: &Path, folder: &Path, port: u16) -> Command {
        let mut command = Command::new(program);
        let port = port.to_string();
        match self {
            Tool::Holdspace => command.arg("-C").arg(folder).args(["serve", "--port", &port]),
            Tool::Hugo => {
                command.args(["server", "--bind", "127.0.0.1", "--port", &port, "--source"]).arg(folder);
                command.env("HUGO_CACHEDIR", folder.join("cache"))
            }
            Tool::Zola => {
                command.arg("--root").arg(folder).args(["serve", "--interface", "127.0.0.1", "--port", &port])
            }
            Tool::Probe | Tool::Floor => unreachable!("it serves nothing"),
        };
        command
    }
}
