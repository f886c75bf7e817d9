//! A street: two county bureaus with a clerk, two shopkeepers and an agent, all with a password. For the stories of
//! applicants; the officers' stories live in `town`.

use std::collections::BTreeMap;
use std::sync::Arc;

use cases::actions::{self, By, Filing};
use cases::case::{Case, Channel, Material};
use catalog::Catalogue;
use http::StatusCode;
use identity::messenger::ShownOnPage;
use identity::{Bureau, Identity, Kind, Level, NewAccount, accounts, bureaus, passwords};
use jiff::civil::{Date, date};
use web::testing::{Browser, Seen, app_on};
use web::{App, FixedClock};

pub const PASSWORD: &str = "xiaodian-2026";
/// A Monday without holidays near.
pub const TODAY: Date = date(2026, 3, 2);
pub const COUNTY: &str = "990101";

pub static PHOTO: &[u8] = include_bytes!("../../../../places/9901/pictures/id_front.jpg");

pub struct Street {
    pub app: App,
    pub clock: Arc<FixedClock>,
    pub router: axum::Router,
    /// Subjects of Li Ming and of the agent.
    pub li: String,
    pub lin: String,
}

impl Street {
    pub async fn on(db: db::Db) -> Street {
        let (builder, clock) = app_on(db, TODAY).await;
        let builder = builder
            .part(Identity::new(Arc::new(ShownOnPage)))
            .part(Catalogue::embedded().unwrap())
            .part(seals::Desk(Arc::new(seals::testing::Unsealed::new())));
        let app = builder.build();
        let (li, lin) = settle(&app).await;
        let router = identity::routes().merge(cases::pages::routes()).merge(web::routes());
        let router = web::layers(identity::layer(router, &app), app.clone());
        Street { app, clock, router, li, lin }
    }

    /// On SQLite, for stories in which the database plays no part.
    pub async fn anywhere() -> Street {
        Street::on(db::testing::databases().await.remove(0).1).await
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// Li (`liming`), Wang (`wangfang`) or the agent (`agent-lin`).
    pub async fn signed_in(&self, login: &str) -> Browser {
        let mut browser = self.browser();
        sign_in(&mut browser, login).await;
        browser
    }

    /// An application filed by Li without going through the pages.
    pub async fn filed(&self) -> Case {
        let mut db = self.app.db.clone();
        let version = self.app.part::<Catalogue>().item("retail-licence").unwrap().version.clone();
        let terms =
            actions::terms(&self.app, &mut db, COUNTY, "retail-licence", &version, "1001").await.unwrap();
        let stored = self.app.files().put_bytes(PHOTO).await.unwrap();
        let material = |slot: &str| Material {
            id: self.app.new_id(),
            slot: slot.to_owned(),
            name: "照片.jpg".to_owned(),
            digest: stored.digest.clone(),
            bytes: PHOTO.len() as i64,
            kind: "image/jpeg".to_owned(),
            round: 0,
            added_at: self.app.now().as_microsecond(),
        };
        let filing = Filing {
            id: self.app.new_id(),
            bureau: COUNTY.to_owned(),
            subject: self.li.clone(),
            filed_by: By { id: self.li.clone(), name: "李明".to_owned() },
            channel: Channel::Web,
            form: form(),
            materials: vec![material("business_licence"), material("principal_id_card")],
            with: vec![],
        };
        actions::file(&self.app, &terms, filing, vec![], None).await.unwrap()
    }
}

pub async fn sign_in(browser: &mut Browser, login: &str) -> Seen {
    browser.get("/login").await;
    let seen = browser.post("/login", &[("login", login), ("password", PASSWORD), ("next", "")]).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    seen
}

/// The item's own filled example of a shop whose owner applies himself.
pub fn form() -> BTreeMap<String, String> {
    let catalogue = Catalogue::embedded().unwrap();
    let business = catalogue.item("retail-licence").unwrap().business("1001").unwrap().clone();
    let mut form = business.form.example();
    form.insert("by_agent".to_owned(), "no".to_owned());
    let checked = catalog::check(&business.form, &form, TODAY);
    assert!(checked.is_good(), "{:?}", checked.errors);
    checked.values
}

fn bureau(code: &str, name: &str, short: &str, parent: Option<&str>, level: Level) -> Bureau {
    Bureau {
        code: code.into(),
        name: name.into(),
        short: short.into(),
        level,
        parent: parent.map(Into::into),
        division: code.into(),
        uscc: "1199010109901003X0".into(),
        address: "演示市解放路18号".into(),
        phone: "0990-9901010".into(),
        complaints: "0990-9901019".into(),
        review_organ: "演示市烟草专卖局".into(),
        court: "演示市城中区人民法院".into(),
        supply_company: "演示市烟草公司".into(),
    }
}

fn account(kind: Kind, name: &str, id: &str, phone: &str, login: &str) -> NewAccount {
    NewAccount {
        kind,
        name: name.into(),
        representative: String::new(),
        id_number: id.into(),
        phone: phone.into(),
        credit_code: String::new(),
        address: "演示市城中区和平路7号".into(),
        login: Some(login.into()),
        bureau: None,
    }
}

async fn settle(app: &App) -> (String, String) {
    let phc = passwords::hash_now(PASSWORD).unwrap();
    let mut tx = app.db.begin().await.unwrap();
    for (code, name, short, parent, level) in [
        ("990100", "演示市烟草专卖局", "演示", None, Level::Prefecture),
        ("990101", "城中区烟草专卖局", "城中", Some("990100"), Level::County),
        ("990102", "城东区烟草专卖局", "城东", Some("990100"), Level::County),
    ] {
        bureaus::add(app, &mut tx, &bureau(code, name, short, parent, level)).await.unwrap();
    }
    let li = account(Kind::Natural, "李明", "990101198704122151", "19999010001", "liming");
    let li = accounts::add(app, &mut tx, &li, &phc).await.unwrap();
    let wang = account(Kind::Natural, "王芳", "990101199209301288", "19999010002", "wangfang");
    accounts::add(app, &mut tx, &wang, &phc).await.unwrap();
    let lin = account(Kind::Agent, "林海涛", "990101199303170552", "19999010012", "agent-lin");
    let lin = accounts::add(app, &mut tx, &lin, &phc).await.unwrap();
    tx.commit().await.unwrap();
    (li, lin)
}

const LINE: &str = "----yanzheng-test-7d1";

/// A multipart form as a browser without script sends it: fields, an empty camera input, one file.
pub fn upload(fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> (String, Vec<u8>) {
    let mut body = String::new();
    for (key, value) in fields {
        body += &format!("--{LINE}\r\nContent-Disposition: form-data; name=\"{key}\"\r\n\r\n{value}\r\n");
    }
    let file = "Content-Type: application/octet-stream\r\n\r\n";
    body +=
        &format!("--{LINE}\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"\"\r\n{file}\r\n");
    body +=
        &format!("--{LINE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n{file}");
    let mut body = body.into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{LINE}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={LINE}"), body)
}

/// Sends one file to `path` with the token of the last page.
pub async fn send_file(browser: &mut Browser, path: &str, name: &str, bytes: &[u8]) -> Seen {
    let (kind, body) = upload(&[("_csrf", browser.token())], name, bytes);
    browser.post_body(path, &kind, body).await
}

/// A draft that has come to `page`: notice read, self-check passed, form filled, both materials sent.
pub async fn draft_at(browser: &mut Browser, page: &str) -> String {
    draft_with(browser, page, &form(), &["business_licence", "principal_id_card"]).await
}

/// The same with another form and its materials.
pub async fn draft_with(
    browser: &mut Browser,
    page: &str,
    filled: &BTreeMap<String, String>,
    slots: &[&str],
) -> String {
    browser.get("/apply/retail-licence/xinban?bureau=990101").await;
    let seen = browser.post("/apply/retail-licence/xinban", &[("bureau", COUNTY)]).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    let draft = seen.location().trim_start_matches("/drafts/").trim_end_matches("/notice").to_owned();
    if page == "notice" {
        return draft;
    }
    browser.get(&format!("/drafts/{draft}/notice")).await;
    browser.post(&format!("/drafts/{draft}/notice"), &[]).await;
    if page == "check" {
        return draft;
    }
    let seen = browser.post(&format!("/drafts/{draft}/check"), &all_yes()).await;
    assert!(seen.location().ends_with("/form"), "{}", seen.text());
    browser.get(&format!("/drafts/{draft}/form")).await;
    if page == "form" {
        return draft;
    }
    let fields: Vec<(&str, &str)> =
        filled.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let seen = browser.post(&format!("/drafts/{draft}/form"), &fields).await;
    assert!(seen.location().ends_with("/materials"), "{}", seen.text());
    browser.get(&format!("/drafts/{draft}/materials")).await;
    if page == "materials" {
        return draft;
    }
    for slot in slots {
        let seen = send_file(browser, &format!("/drafts/{draft}/materials/{slot}"), "证.jpg", PHOTO).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    }
    let seen = browser.post(&format!("/drafts/{draft}/materials"), &[("go", "next")]).await;
    assert!(seen.location().ends_with("/confirm"), "{}", seen.text());
    browser.get(&format!("/drafts/{draft}/confirm")).await;
    draft
}

pub fn all_yes() -> [(&'static str, &'static str); 7] {
    ["funds", "business_licence", "premises", "school", "layout", "one_licence", "record"]
        .map(|key| (key, "yes"))
}
