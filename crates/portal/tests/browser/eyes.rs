//! What somebody sees who looks twice: barriers (by axe), a page wider than the screen, words in the console, and
//! requests to places that are not ours. Findings are kept, so that one walk shows all of them in one table.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

use serde_json::Value;

use crate::driver::{Screen, Script};
use crate::window::Window;

/// Only under this an address of the log is ours.
const OWN_SCHEMES: [&str; 5] = ["data:", "blob:", "about:", "chrome:", "chrome-error:"];

#[derive(Default)]
pub struct Eyes {
    seen: Mutex<BTreeMap<String, Seen>>,
    /// Pages at which the server is made to say no; their status in the console is no finding.
    taken: Mutex<u32>,
}

/// A page, however often it was visited.
#[derive(Default)]
struct Seen {
    visits: u32,
    findings: Vec<String>,
}

impl Eyes {
    pub async fn look(&self, window: &Window, screen: Screen, script: Script) {
        let page = format!("{:5} {:3} {}", screen.word(), word(script), without_ids(&window.at().await));
        let mut findings = barriers(&window.axe().await);
        findings.extend(too_wide(window, screen).await);
        findings.extend(complaints(window).await);
        findings.extend(strangers(window).await);
        if let Some(folder) = std::env::var_os("YANZHENG_PICTURES") {
            self.take_picture(window, &page, PathBuf::from(folder)).await;
        }
        let mut seen = self.seen.lock().expect("no test died holding it");
        let entry = seen.entry(page).or_default();
        entry.visits += 1;
        for finding in findings {
            if !entry.findings.contains(&finding) {
                entry.findings.push(finding);
            }
        }
    }

    async fn take_picture(&self, window: &Window, page: &str, folder: PathBuf) {
        let number = {
            let mut taken = self.taken.lock().expect("no test died holding it");
            *taken += 1;
            *taken
        };
        let name: String = page.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        let name = format!("{number:03}-{}.png", name.trim_matches('-'));
        write(&folder.join(name), &window.picture(true).await);
    }

    /// The screen as it stands, for the handbook.
    pub async fn keep(&self, window: &Window, name: &str) {
        if let Some(folder) = std::env::var_os("YANZHENG_PICTURES") {
            write(&PathBuf::from(folder).join(format!("{name}.png")), &window.picture(false).await);
        }
    }

    /// Everything found so far, in words.
    pub fn findings(&self) -> Vec<String> {
        let seen = self.seen.lock().expect("no test died holding it");
        seen.values().flat_map(|page| page.findings.iter().cloned()).collect()
    }

    /// Prints what was seen, and fails the test if anything of it is wrong.
    pub fn judge(&self) {
        let seen = self.seen.lock().expect("no test died holding it");
        let mut wrong = 0;
        println!("{:>6}  {:>8}  page", "visits", "findings");
        for (page, Seen { visits, findings }) in seen.iter() {
            println!("{visits:>6}  {:>8}  {page}", findings.len());
            for finding in findings {
                wrong += 1;
                println!("{:>18}{finding}", "");
            }
        }
        assert!(!seen.is_empty(), "no page was looked at");
        assert_eq!(wrong, 0, "{wrong} findings; the table above names them");
    }
}

fn word(script: Script) -> &'static str {
    match script {
        Script::On => "js",
        Script::Off => "-",
    }
}

/// `/drafts/01a2…/form?x=1` and its sister are one page.
fn without_ids(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let long = |part: &str| part.len() >= 6 && part.chars().any(|c| c.is_ascii_digit());
    path.split('/').map(|part| if long(part) { "…" } else { part }).collect::<Vec<_>>().join("/")
}

/// What axe calls serious or critical.
fn barriers(found: &Value) -> Vec<String> {
    let found = found.as_array().map(Vec::as_slice).unwrap_or_default();
    let grave =
        found.iter().filter(|one| ["serious", "critical"].contains(&one["impact"].as_str().unwrap_or("")));
    grave
        .map(|one| {
            let places = one["where"].as_array().map(Vec::as_slice).unwrap_or_default();
            let first: Vec<&str> = places.iter().filter_map(Value::as_str).take(3).collect();
            format!(
                "axe {} ({}): {} — {} × {}",
                one["id"],
                one["impact"],
                one["help"],
                places.len(),
                first.join(" | ")
            )
        })
        .collect()
}

/// Nobody should have to push a page sideways to read it. Only boxes made for it (wide tables) scroll by themselves.
async fn too_wide(window: &Window, screen: Screen) -> Option<String> {
    // A phone answers a page that is too wide by showing a wider piece of it, so its own width is asked, not the page's.
    let most = if screen == Screen::Phone { "390" } else { "innerWidth" };
    let script = "
        const wide = document.documentElement.scrollWidth;
        if (wide <= most) return null;
        const out = [...document.body.querySelectorAll('*')].filter(one => one.getBoundingClientRect().right > most + 1);
        return `${wide} > ${most} px: ` + out.slice(0, 3).map(one => one.outerHTML.slice(0, 120)).join(' | ');";
    window
        .run(&format!("const most = {most};{script}"))
        .await
        .as_str()
        .map(|says| format!("too wide: {says}"))
}

async fn complaints(window: &Window) -> Vec<String> {
    let log = window.log("browser").await;
    let grave = log.iter().filter(|line| line["level"] == "SEVERE" && !is_own_refusal(line, window.site()));
    grave.map(|line| format!("console: {}", line["message"].as_str().unwrap_or_default())).collect()
}

/// A page that answers “this is not in order” does so with 4xx, which Chromium writes down as a failure to load. Only for
/// pages: a picture or a script that can't be had is a finding.
fn is_own_refusal(line: &Value, site: &str) -> bool {
    let message = line["message"].as_str().unwrap_or_default();
    let refused =
        ["422", "404", "409", "403"].iter().any(|code| message.contains(&format!("status of {code}")));
    line["source"] == "network" && message.starts_with(site) && refused && !message.contains("/assets/")
}

async fn strangers(window: &Window) -> Vec<String> {
    let own = |url: &str| {
        url.starts_with(window.site()) || OWN_SCHEMES.iter().any(|scheme| url.starts_with(scheme))
    };
    let log = window.log("performance").await;
    let events = log.iter().filter_map(|line| serde_json::from_str::<Value>(line["message"].as_str()?).ok());
    let asked = events.filter_map(|event| {
        let event = &event["message"];
        let url = event["params"]["request"]["url"].as_str()?;
        (event["method"] == "Network.requestWillBeSent" && !own(url)).then(|| format!("request to {url}"))
    });
    asked.collect()
}

/// Base64 as the driver gives it.
fn write(file: &std::path::Path, picture: &str) {
    use base64::Engine;
    let bytes = base64::engine::general_purpose::STANDARD.decode(picture).expect("base64");
    std::fs::create_dir_all(file.parent().expect("a folder")).expect("made");
    std::fs::write(file, bytes).expect("written");
}
