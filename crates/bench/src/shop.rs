//! Shopkeepers of the demo town who apply: signed in by the sign-in page, their files sent, their application filled in.

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use catalog::Catalogue;
use http::{Request, header};
use http_body_util::Full;
use serde_json::{Value, json};

use crate::load::{self, Answer, Client};

/// The county bureaus of the demo town.
pub const BUREAUS: [u32; 5] = [990101, 990102, 990121, 990122, 990181];

/// The people of the demo town, and the password of all its accounts (places/9901).
const TOWN: &str = include_str!("../../../places/9901/people.toml");
const PASSWORD: &str = "Yanzheng-9901";
const APPLICANTS: usize = 4;

/// One white pixel.
const PIXEL: &[u8] = include_bytes!("pixel.png");

/// A person with a session, and for each bureau the application as it is sent.
pub struct Shopkeeper {
    pub cookie: String,
    bodies: Vec<Bytes>,
}

pub async fn open_all(address: SocketAddr) -> Result<Vec<Shopkeeper>> {
    let mut all = Vec::new();
    for name in names()? {
        all.push(Shopkeeper::open(address, &name).await.context(name)?);
    }
    ensure!(all.len() == APPLICANTS, "the town has too few people");
    Ok(all)
}

/// Sign-in names of people who apply for themselves.
fn names() -> Result<Vec<String>> {
    let town: toml::Table = toml::from_str(TOWN)?;
    let people = town["person"].as_array().context("no people")?;
    let natural = people.iter().filter(|person| person["kind"].as_str() == Some("natural"));
    let names = natural.filter_map(|person| person["login"].as_str().map(str::to_owned));
    Ok(names.take(APPLICANTS).collect())
}

impl Shopkeeper {
    pub async fn open(address: SocketAddr, name: &str) -> Result<Shopkeeper> {
        let cookie = sign_in(address, name).await.context("signing in")?;
        let mut client = Client::connect(address).await?;
        let form = example()?;
        let materials = send_files(&mut client, &cookie, &form).await.context("sending files")?;
        let body = |bureau: &u32| {
            let case = json!({
                "bureau": bureau.to_string(), "item": "retail-licence", "business": "xinban",
                "form": form, "materials": materials, "promised": true,
            });
            Bytes::from(case.to_string())
        };
        Ok(Shopkeeper { cookie, bodies: BUREAUS.iter().map(body).collect() })
    }

    /// `POST /api/cases` at the bureau with this place in [`BUREAUS`].
    pub fn submit(&self, bureau: usize, key: &str, who: u64) -> Request<Full<Bytes>> {
        let request = load::request("POST", "/api/cases", &self.cookie, who)
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", key);
        request.body(Full::new(self.bodies[bureau].clone())).expect("written by us")
    }

    /// Files one case and answers its receipt.
    pub async fn file(&self, address: SocketAddr, bureau: usize, key: &str) -> Result<Value> {
        let answer = Client::connect(address).await?.ask(self.submit(bureau, key, 1)).await?;
        ensure!(answer.status == 201, "{}: {}", answer.status, String::from_utf8_lossy(&answer.body));
        Ok(serde_json::from_slice(&answer.body)?)
    }
}

/// By the page, as a browser does: its cookie, its token, the password.
async fn sign_in(address: SocketAddr, name: &str) -> Result<String> {
    let mut client = Client::connect(address).await?;
    let page = client.ask(load::empty(load::request("GET", "/login", "", 1))).await?;
    let visitor = cookie(&page, "yz_visitor").context("no visitor's cookie")?;
    let text = String::from_utf8_lossy(&page.body).into_owned();
    let token = text.split("name=\"_csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let fields = [("_csrf", token.context("no token on the page")?), ("login", name), ("password", PASSWORD)];
    let request = load::request("POST", "/login", &visitor, 1)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Full::new(Bytes::from(serde_urlencoded::to_string(fields)?)))?;
    let answer = client.ask(request).await?;
    ensure!(answer.status == 303, "{}: {}", answer.status, String::from_utf8_lossy(&answer.body));
    cookie(&answer, "yz_session").context("no session")
}

/// `name=value` of a cookie the answer sets.
fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let lines = answer.headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.filter_map(|line| line.split(';').next());
    pairs.find(|pair| pair.split_once('=').is_some_and(|(key, _)| key == name)).map(str::to_owned)
}

/// The item's own example of a filled-in form.
fn example() -> Result<catalog::Values> {
    let catalogue = Catalogue::embedded().map_err(|fault| anyhow::anyhow!("{fault}"))?;
    let item = catalogue.item("retail-licence").context("the item is gone")?;
    Ok(item.business("xinban").context("the business is gone")?.form.example())
}

/// One file for each material that must be uploaded; what the server answers is sent back with the case.
async fn send_files(client: &mut Client, cookie: &str, form: &catalog::Values) -> Result<Vec<Value>> {
    let catalogue = Catalogue::embedded().map_err(|fault| anyhow::anyhow!("{fault}"))?;
    let item = catalogue.item("retail-licence").context("the item is gone")?;
    let business = item.business("xinban").context("the business is gone")?;
    let mut sent = Vec::new();
    for spec in business.materials.iter().filter(|spec| spec.must_be_uploaded(form)) {
        let request = load::request("POST", "/api/files?name=photo.png", cookie, 1)
            .header(header::CONTENT_TYPE, "image/png")
            .body(Full::new(Bytes::from_static(PIXEL)))?;
        let answer = client.ask(request).await?;
        ensure!(answer.status == 201, "{}: {}", answer.status, String::from_utf8_lossy(&answer.body));
        let mut kept: Value = serde_json::from_slice(&answer.body)?;
        kept["slot"] = json!(spec.key);
        sent.push(kept);
    }
    ensure!(!sent.is_empty(), "the item asks for no file");
    Ok(sent)
}
