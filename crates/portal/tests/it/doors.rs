//! Every route of the program, as its sources declare it, tried by everybody who could stand before it. The table of who
//! gets what is a file in review; a new route without a row fails.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use reqwest::Method;

use crate::town::desk::CLERK;
use crate::town::{Browser, Case, Draft, Engine, Page, Shop, Town};

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/who-reaches-what.txt");

/// Who stands before the door, and whom they are. The owner of everything comes last, because the owner may destroy it.
const ROLES: [(&str, &str); 23] = [
    ("nobody", ""),
    ("other", "wangfang"),
    ("firm", "heyue"),
    ("agent", "agent-lin"),
    ("clerk", "cz-zj1"),
    ("team", "cz-sz"),
    ("inspector", "cz-hc1"),
    ("licences", "cz-fz"),
    ("head", "cz-jz"),
    ("keeper", "cz-yz"),
    ("editor", "cz-gk"),
    ("reviewer", "cz-sh"),
    ("sib-clerk", "gx-zj1"),
    ("sib-head", "gx-jz"),
    ("up-head", "ds-jz"),
    ("up-editor", "ds-ml"),
    ("up-superv", "ds-jd"),
    ("up-system", "ds-xt"),
    ("up-secur", "ds-aq"),
    ("up-audit", "ds-sj"),
    ("nation-ed", "gj-ml"),
    ("nation-hd", "gj-sh"),
    ("owner", "liming"),
];

/// Steps behind `/desk/cases/{bureau}/{id}/{step}`.
const STEPS: [&str; 10] = [
    "accept",
    "decline",
    "review_paper",
    "assign",
    "examine",
    "send_back",
    "extend",
    "pause",
    "resume",
    "deliver",
];

/// The first article that 城中区 publishes.
const INDEX: &str = "990101-2026-00001";
/// What nobody has.
const NOTHING: &str = "01a05a7a-0000-7000-8000-000000000000";

/// The first seal of 城中区, with which the town is settled.
const FIRST_SEAL: &str = "9901010000001";

/// What ends something for good: tried last.
const FINAL: [&str; 6] = ["/delete", "/discard", "/withdraw", "/end", "/sign-out-everywhere", "/logout"];

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Route {
    path: String,
    method: String,
}

/// All routes that the sources of the program declare.
fn declared() -> BTreeSet<Route> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut routes = BTreeSet::new();
    for one in std::fs::read_dir(crates).expect("crates") {
        read_sources(&one.expect("a crate").path().join("src"), &mut routes);
    }
    routes
}

fn read_sources(folder: &Path, routes: &mut BTreeSet<Route>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        match path.is_dir() {
            true if name == "tests" || name == "testing" => {}
            true => read_sources(&path, routes),
            false if name == "tests.rs" || !name.ends_with(".rs") => {}
            false => read_source(&std::fs::read_to_string(path).expect("a source"), routes),
        }
    }
}

fn read_source(text: &str, routes: &mut BTreeSet<Route>) {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    for call in text.split(".route(").skip(1) {
        let call = &call[..closing(call)];
        let (Some(start), Some(end)) = (call.find('"'), call.match_indices('"').nth(1)) else { continue };
        let given = &call[start + 1..end.0];
        let path = match call.trim_start().starts_with("&case(") {
            true => format!("/desk/cases/{{bureau}}/{{id}}{given}"),
            false => given.to_owned(),
        };
        let handlers = &call[end.0..];
        for method in ["get", "post", "put", "delete", "patch"] {
            let called = |before: &str| handlers.contains(&format!("{before}{method}("));
            if called(" ") || called(".") || called("\n") || called("::") {
                routes.insert(Route { path: path.clone(), method: method.to_uppercase() });
            }
        }
    }
}

/// Where the argument list ends.
fn closing(call: &str) -> usize {
    let mut depth = 1;
    for (at, c) in call.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    call.len()
}

/// Things of 李明 that the places in the routes stand for.
struct Belongings {
    case: Case,
    draft: Draft,
    draft_file: String,
    paper: String,
    material: String,
    message: String,
    licence: String,
    /// One that is being written, beside the one that is published.
    article: String,
    /// The case whose decision is public.
    published: String,
}

impl Belongings {
    async fn of(town: &Town) -> Belongings {
        let granted = town.has_ready_for_decision(&Shop::number(1)).await;
        town.grants(&granted).await;
        // The decision becomes public.
        town.watchmen_go_round().await;
        let licence = town.licence_of(&granted).await;
        let case = town.applies("liming", &Shop::number(2)).await;
        let draft = town.begins("liming").await;
        draft.fills_in(&Shop::number(3)).await.must_be(200);
        draft.uploads_everything().await;
        let materials = draft.goes_to_confirm().await;
        let page = town.looks_at(&case, "").await;
        let messages = town.at("liming").await.get("/me/messages").await;
        Belongings {
            draft_file: last_part(&materials, &draft.at("/files/")),
            paper: last_part(&page, &case.mine("/papers/")).trim_end_matches(".pdf").to_owned(),
            material: last_part(&page, &case.mine("/materials/")),
            message: last_part(&messages, "/me/messages/"),
            case,
            draft,
            licence,
            article: town.has_articles().await,
            published: granted.id.clone(),
        }
    }

    /// The addresses a route stands for.
    fn addresses(&self, route: &Route) -> Vec<String> {
        let path = &route.path;
        let filled = path
            .replace("{bureau}", &self.case.bureau)
            .replace("{law}", "烟草专卖法")
            .replace("{index}", INDEX)
            .replace("{article}", &self.article)
            .replace("{comment}", NOTHING)
            .replace("{decision}", &self.published)
            .replace("{item}", "retail-licence")
            .replace("{business}", "xinban")
            .replace(
                "{material}",
                if path.starts_with("/desk") { &self.material } else { "business_licence" },
            )
            .replace("{paper}", &self.paper)
            .replace("{photo}", "01a05a7a-0000-7000-8000-000000000000")
            .replace("{mandate}", "01a05a7a-0000-7000-8000-000000000000")
            .replace("{digest}", "01a05a7a-0000-7000-8000-000000000000")
            .replace("{kind}", "natural")
            .replace("{number}", &self.licence)
            .replace("{slot}", "business_licence")
            .replace("{*path}", "css/app.css")
            .replace("{key}", if path.starts_with("/resume") { "nothing-kept" } else { "address" })
            .replace("{file}", self.file(path))
            .replace("{id}", self.id(path));
        match filled.contains("{step}") {
            true => STEPS.iter().map(|step| filled.replace("{step}", step)).collect(),
            false => vec![filled],
        }
    }

    fn file(&self, path: &str) -> &str {
        match path {
            _ if path.starts_with("/drafts") => &self.draft_file,
            _ if path.contains("/papers/") => &self.paper,
            _ if path.contains("/licences/") => "licence.pdf",
            _ => &self.material,
        }
    }

    fn id(&self, path: &str) -> &str {
        match path {
            _ if path.starts_with("/drafts") => &self.draft.id,
            _ if path.starts_with("/me/messages") => &self.message,
            _ if path.starts_with("/desk/seals") => FIRST_SEAL,
            _ => &self.case.id,
        }
    }

    /// The address as the table writes it: without what differs from run to run.
    fn nameless(&self, address: &str) -> String {
        address
            .replace(&self.draft.id, "{draft}")
            .replace(&self.case.id, "{case}")
            .replace(&self.article, "{article}")
            .replace(&self.published, "{decided}")
            .replace(&self.draft_file, "{file}")
            .replace(&self.paper, "{paper}")
            .replace(&self.material, "{material}")
            .replace(&self.message, "{message}")
            .replace("01a05a7a-0000-7000-8000-000000000000", "{nothing}")
    }
}

/// The last part of the first link that begins with `prefix`.
#[track_caller]
fn last_part(page: &Page, prefix: &str) -> String {
    let link = page.links().into_iter().map(|(_, href)| href).find(|href| href.starts_with(prefix));
    let link = link.unwrap_or_else(|| panic!("{} has no link below {prefix}", page.at));
    link[prefix.len()..].to_owned()
}

/// One person at all doors.
struct Caller<'a> {
    town: &'a Town,
    login: &'static str,
    browser: Browser,
    token: String,
}

impl<'a> Caller<'a> {
    async fn new(town: &'a Town, login: &'static str) -> Caller<'a> {
        let mut caller = Caller { town, login, browser: town.visitor().in_a_hurry(), token: String::new() };
        caller.comes_in().await;
        caller
    }

    /// Signs in, again after having been signed out.
    async fn comes_in(&mut self) {
        if !self.login.is_empty() && self.browser.get("/me").await.status.as_u16() != 200 {
            let browser = self.town.visitor();
            self.town.sign_in(&browser, self.login).await;
            self.browser = browser.in_a_hurry();
        }
        self.token = self
            .browser
            .get(if self.login.is_empty() { "/login" } else { "/me" })
            .await
            .hidden("_csrf")
            .expect("a token");
    }

    /// Waits when told to: how many tries a minute has is not what the table is about.
    async fn tries_in_turn(&self, method: &str, address: &str) -> Page {
        for _ in 0..60 {
            let page = self.tries(method, address).await;
            if page.status.as_u16() != 429 {
                return page;
            }
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
        panic!("{method} {address} asks to wait for a minute and more")
    }

    async fn tries(&self, method: &str, address: &str) -> Page {
        let request = match (method, address.starts_with("/api/")) {
            ("GET", _) => self.browser.request(Method::GET, address),
            (_, true) => self
                .browser
                .with("accept", "application/json")
                .request(Method::POST, address)
                .json(&serde_json::json!({})),
            _ if takes_files(address) => {
                let form = reqwest::multipart::Form::new().text("_csrf", self.token.clone());
                self.browser.request(Method::POST, address).multipart(form)
            }
            _ => self.browser.request(Method::POST, address).form(&[("_csrf", self.token.as_str())]),
        };
        let page = self.browser.go(request).await;
        dressed(&page);
        page
    }
}

fn takes_files(address: &str) -> bool {
    let upload = ["/materials/", "/supplement/", "/photo/"].iter().any(|part| address.contains(part));
    upload && !address.ends_with("/delete")
        || address.starts_with("/desk/seals/") && address.ends_with("/make")
        || address.starts_with("/desk/disclosure/") && address.ends_with("/attach")
        || address.starts_with("/desk/catalog/") && address.ends_with("/import")
        || address == "/verify/file"
}

/// `login` for the way to the sign-in page, otherwise the status.
fn word(page: &Page) -> String {
    if page.status.is_redirection() && page.header("location").starts_with("/login") {
        return "login".to_owned();
    }
    page.status.as_u16().to_string()
}

/// Headers on every answer, and nothing of what goes on inside.
fn dressed(page: &Page) {
    assert!(!page.status.is_server_error(), "{} answers {}:\n{}", page.at, page.status, page.html());
    assert_eq!(page.header("x-content-type-options"), "nosniff", "{}", page.at);
    assert_eq!(page.header("x-frame-options"), "DENY", "{}", page.at);
    assert_eq!(page.header("referrer-policy"), "same-origin", "{}", page.at);
    assert!(page.header("content-security-policy").contains("default-src"), "{}", page.at);
    for telling in ["server", "x-powered-by"] {
        assert_eq!(page.header(telling), "", "{} tells {telling}", page.at);
    }
    for line in page.headers.get_all("set-cookie") {
        let line = line.to_str().expect("text");
        assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax"), "{}: {line}", page.at);
    }
    if page.status.is_client_error() {
        let text = page.html();
        for inside in
            ["panicked", ".rs:", "SELECT ", "select count", "sqlite", "rusqlite", "tokio_postgres", "RUST_"]
        {
            assert!(!text.contains(inside), "{} tells “{inside}”:\n{text}", page.at);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_reaches_what_the_table_says_and_nothing_else() {
    let town = Town::on(Engine::Sqlite).await;
    let things = Belongings::of(&town).await;
    let mut doors: Vec<(Route, String)> = declared()
        .into_iter()
        .flat_map(|route| things.addresses(&route).into_iter().map(move |address| (route.clone(), address)))
        .collect();
    let is_final = |address: &str| FINAL.iter().any(|tail| address.ends_with(tail));
    doors.sort_by_key(|(route, address)| (route.method != "GET", is_final(address), address.clone()));
    assert!(doors.len() > 100, "{} doors are too few: the sources are read wrongly", doors.len());

    let mut callers = vec![];
    for (_, login) in ROLES {
        callers.push(Caller::new(&town, login).await);
    }
    let mut rows = BTreeMap::new();
    for (route, address) in &doors {
        let mut words = vec![];
        for caller in &mut callers {
            // A form before may have ended the session or made it a new one.
            if route.method != "GET" {
                caller.comes_in().await;
            }
            words.push(word(&caller.tries_in_turn(&route.method, address).await));
        }
        keeps_strangers_out(route, &words);
        rows.insert((things.nameless(address), route.method.clone()), words);
    }
    compare(&table(&rows));
    town.close().await;
}

/// The rule behind the table: what belongs to somebody opens to that person and the own bureau only.
fn keeps_strangers_out(route: &Route, words: &[String]) {
    let opens = |role: &str| {
        let at = ROLES.iter().position(|(name, _)| *name == role).expect("a role");
        matches!(words[at].as_str(), "200" | "201" | "204" | "303")
    };
    let personal = [
        "/cases/{bureau}",
        "/drafts/{id}",
        "/api/cases/{bureau}",
        "/me/messages/{id}",
        "/me/licences/{bureau}",
    ];
    if personal.iter().any(|prefix| route.path.starts_with(prefix)) {
        let strangers = ROLES.iter().map(|(name, _)| *name).filter(|name| *name != "owner");
        let let_in: Vec<&str> = strangers.filter(|role| opens(role)).collect();
        assert!(let_in.is_empty(), "{} {} opens to {let_in:?}", route.method, route.path);
    }
    if route.path.starts_with("/desk") {
        let strangers = ["nobody", "other", "firm", "agent", "owner"].into_iter();
        let let_in: Vec<&str> = strangers.filter(|role| opens(role)).collect();
        assert!(let_in.is_empty(), "{} {} opens to {let_in:?}", route.method, route.path);
    }
    if route.path.starts_with("/desk/cases/{bureau}") {
        let others = ROLES
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| name.starts_with("sib-") || name.starts_with("up-"));
        let let_in: Vec<&str> = others.filter(|role| opens(role)).collect();
        assert!(let_in.is_empty(), "{} {} opens to {let_in:?}", route.method, route.path);
    }
}

fn table(rows: &BTreeMap<(String, String), Vec<String>>) -> String {
    let width = rows.keys().map(|(address, _)| address.len()).max().unwrap_or_default();
    let line = |method: &str, address: &str, words: Vec<&str>| {
        let words: Vec<String> = words.iter().map(|word| format!("{word:<9}")).collect();
        format!("{method:<4} {address:<width$} {}", words.join(" ")).trim_end().to_owned() + "\n"
    };
    let mut text = line("", "", ROLES.iter().map(|(name, _)| *name).collect());
    for ((address, method), words) in rows {
        text += &line(method, address, words.iter().map(String::as_str).collect());
    }
    text
}

/// Holds the found table against the one in review. `YANZHENG_TEST_WRITE=1` writes it, for a person to read.
fn compare(found: &str) {
    if std::env::var_os("YANZHENG_TEST_WRITE").is_some() {
        std::fs::write(TABLE, found).expect("written");
        return;
    }
    let known = std::fs::read_to_string(TABLE).unwrap_or_default();
    let (known, found): (BTreeSet<&str>, BTreeSet<&str>) = (known.lines().collect(), found.lines().collect());
    let gone: Vec<_> = known.difference(&found).collect();
    let new: Vec<_> = found.difference(&known).collect();
    assert!(gone.is_empty() && new.is_empty(), "no longer so:\n{gone:#?}\nnot in the table:\n{new:#?}");
}

/// Tables that change without anybody having done anything: sessions live, tries are counted, first looks are noted.
const LIVELY: [&str; 5] = ["session", "login_failure", "stash", "history", "history_head"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_form_works_without_its_token_or_from_another_site() {
    let town = Town::on(Engine::Sqlite).await;
    let things = Belongings::of(&town).await;
    let before = contents(&town).await;
    let mut tried = 0;
    for login in ["liming", CLERK] {
        let caller = Caller::new(&town, login).await;
        let foreign =
            caller.browser.with("sec-fetch-site", "cross-site").with("origin", "https://evil.example");
        let silent = caller.browser.without("sec-fetch-site").without("origin");
        for route in declared().into_iter().filter(|route| route.method != "GET") {
            for address in things.addresses(&route) {
                let told = foreign.go(forged(&foreign, &address, Some(&caller.token))).await;
                assert_eq!(told.status.as_u16(), 403, "{address} from another site:\n{}", told.words());
                let told = silent.go(forged(&silent, &address, None)).await;
                assert!(
                    !told.status.is_success(),
                    "{address} without a token: {}\n{}",
                    told.status,
                    told.words()
                );
                tried += 2;
            }
        }
    }
    println!("{tried} forged requests");
    let after = contents(&town).await;
    let changed: Vec<_> = after.iter().filter(|line| !before.contains(*line)).collect();
    assert!(changed.is_empty(), "{changed:#?}");
    assert_eq!(before.len(), after.len());
    town.close().await;
}

/// A form that was never on a page of ours, with what would do harm if it were believed.
fn forged(browser: &Browser, address: &str, token: Option<&str>) -> reqwest::RequestBuilder {
    let request = browser.request(Method::POST, address);
    if takes_files(address) {
        let form = reqwest::multipart::Form::new();
        let form = token.map(str::to_owned).into_iter().fold(form, |form, token| form.text("_csrf", token));
        let part = || reqwest::multipart::Part::bytes(b"GIF89a".as_slice()).file_name("a.jpg");
        return request.multipart(form.part("file", part()).part("photo", part()));
    }
    let harm = [
        ("promise", "yes"),
        ("outcome", "grant"),
        ("years", "5"),
        ("reason", "x"),
        ("verdict", "fit"),
        ("elder", "on"),
    ];
    request.form(&token.map(|token| ("_csrf", token)).into_iter().chain(harm).collect::<Vec<_>>())
}

/// Every row of the database but the lively tables.
async fn contents(town: &Town) -> BTreeSet<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("contents");
    town.app.db.backup_to(&file).await.expect("backed up");
    let text = std::fs::read_to_string(file).expect("read");
    let mut table = String::new();
    let mut rows = BTreeSet::new();
    for line in text.lines() {
        let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
        if let Some(name) = value["table"]["name"].as_str() {
            table = name.to_owned();
        } else if value.get("row").is_some() && !LIVELY.contains(&table.as_str()) {
            rows.insert(format!("{table} {line}"));
        }
    }
    assert!(rows.len() > 100, "{} rows are too few: the backup is read wrongly", rows.len());
    rows
}
