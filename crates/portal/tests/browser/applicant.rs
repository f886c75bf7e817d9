//! What a shopkeeper does on a phone.

use std::path::PathBuf;

use crate::window::Window;

pub const APPLICANT: &str = "liming";
const BUREAU: &str = "990101";
const QUESTIONS: [&str; 7] =
    ["funds", "business_licence", "premises", "school", "layout", "one_licence", "record"];

/// An application that was sent.
pub struct Sent {
    pub number: String,
    pub query_code: String,
    /// `/cases/{bureau}/{id}`
    pub case: String,
}

impl Sent {
    /// The officers' page of it, or one below.
    pub fn desk(&self, below: &str) -> String {
        format!("/desk{}{below}", self.case)
    }
}

/// An invented paper of the demo town.
pub fn picture(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../places/9901/pictures")).join(name)
}

/// From the front page to the receipt.
pub async fn applies(phone: &Window) -> Sent {
    phone.open("/").await;
    phone.keep_picture("home").await;
    phone.press("main a[href=\"/guides/retail-licence/xinban\"]").await;
    phone.must_say("承诺").await;
    phone.keep_picture("guide").await;
    phone.sign_in(APPLICANT).await;
    begins(phone).await;
    phone.keep_picture("form").await;
    fills_in(phone).await;
    phone.press("button[value=next]").await;
    assert_eq!(phone.heading().await, "上传材料", "{}", phone.words().await);
    uploads(phone).await;
    phone.press("button[value=next]").await;
    assert_eq!(phone.heading().await, "确认并提交", "{}", phone.words().await);
    forgets_the_promise(phone).await;
    phone.choose("promise", "yes").await;
    phone.press("form .sticky-actions button").await;
    reads_the_receipt(phone).await
}

/// County, notice, self-check; ends before the form.
pub async fn begins(phone: &Window) {
    phone.open("/apply/retail-licence/xinban").await;
    phone.choose("bureau", BUREAU).await;
    phone.press("main form .actions button").await;
    assert_eq!(phone.heading().await, "办理须知");
    phone.press("main form .actions button").await;
    assert_eq!(phone.heading().await, "条件自检");
    // Nothing answered: the page says so and puts the reader at the list.
    phone.press("main form .actions button").await;
    assert!(phone.has("#problems").await, "an empty self-check goes through");
    for question in QUESTIONS {
        phone.choose(question, "yes").await;
    }
    phone.press("main form .actions button").await;
    assert_eq!(phone.heading().await, "填写申请表", "{}", phone.words().await);
}

/// Everything the form asks, from the example that the item gives; name and ID stand there already.
pub async fn fills_in(phone: &Window) {
    for (field, value) in entries() {
        let any = format!("main [name=\"{field}\"]");
        let chosen = format!("main :is(input[type=radio], input[type=checkbox], select)[name=\"{field}\"]");
        // With script, what isn't asked is hidden.
        if phone.has_script() && !phone.shows(&any).await {
            continue;
        }
        if phone.has(&chosen).await {
            phone.choose(&field, &value).await;
        } else if phone.has(&any).await {
            phone.write(&field, &value).await;
        }
    }
}

/// Field and example, in the order of the form.
pub fn entries() -> Vec<(String, String)> {
    let catalogue = catalog::Catalogue::embedded().expect("the items are in order");
    let form =
        &catalogue.item("retail-licence").expect("the retail licence").business("xinban").expect("新办").form;
    let example = form.example();
    // In the order of the form: what is asked depends on what was answered above.
    let keys = form.groups.iter().flat_map(|group| &group.fields).map(|field| field.key.clone());
    let own = ["principal_name", "principal_id"];
    keys.filter(|key| !own.contains(&key.as_str()))
        .filter_map(|key| example.get(&key).map(|value| (key.clone(), value.clone())))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

async fn uploads(phone: &Window) {
    for (material, file) in [
        ("business_licence", "business_licence.jpg"),
        ("principal_id_card", "id_front.jpg"),
        ("principal_id_card", "id_back.jpg"),
        ("premises_proof", "lease.jpg"),
    ] {
        phone.attach(&format!("#f-file-{material}"), &picture(file)).await;
        phone
            .press(&format!(
                "#m-{material} form[action$=\"/materials/{material}\"] > button.button:not(.quiet)"
            ))
            .await;
        phone.must_say(file).await;
    }
    phone.keep_picture_at("materials", "#m-business_licence").await;
}

async fn forgets_the_promise(phone: &Window) {
    phone.press("form .sticky-actions button").await;
    assert!(phone.has("#problems").await, "the promise is not asked for");
}

async fn reads_the_receipt(phone: &Window) -> Sent {
    assert_eq!(phone.heading().await, "申请已提交", "{}", phone.words().await);
    phone.keep_picture("receipt").await;
    let at = phone.at().await;
    let case = at.strip_suffix("/receipt").unwrap_or_else(|| panic!("{at} is no receipt")).to_owned();
    let number = phone.texts("main .big-number").await[0].clone();
    let query_code = phone.texts("main .big-number").await[1].clone();
    phone.press("a[href^=\"/cases/\"].quiet").await;
    assert!(phone.words().await.contains(&number));
    Sent { number, query_code, case }
}

/// What stands on the phone once the licence is there.
pub async fn has_the_licence(phone: &Window, sent: &Sent) -> String {
    phone.sign_in(APPLICANT).await;
    phone.open("/me/messages").await;
    phone.open(&sent.case).await;
    phone.must_say("办结").await;
    phone.open(&format!("{}/ledger", sent.case)).await;
    phone.open("/me/licences").await;
    let number = licence_number(phone, sent).await;
    phone.open(&format!("/me/licences/990101/{number}")).await;
    phone.must_say("烟草专卖零售许可证").await;
    assert!(phone.has(".qr svg").await, "the licence has no QR code");
    phone.keep_picture("licence").await;
    number
}

async fn licence_number(phone: &Window, sent: &Sent) -> String {
    phone.open(&sent.case).await;
    let words = phone.words().await;
    let after = words.split("许可证号").nth(1).unwrap_or_else(|| panic!("no licence number:\n{words}"));
    after.chars().filter(char::is_ascii_digit).take(12).collect()
}

/// Anybody, signed out: progress by number and code, and the licence by its number.
pub async fn anybody_verifies(phone: &Window, sent: &Sent, licence: &str) {
    phone.sign_out().await;
    phone.open("/progress").await;
    phone.write("number", &sent.number).await;
    phone.write("code", &sent.query_code).await;
    phone.press("main form .actions button").await;
    phone.must_say(&sent.number).await;
    phone.open("/verify").await;
    phone.write("q", licence).await;
    phone.press("main form button").await;
    phone.must_say("有效").await;
    phone.must_say("旺角便民食杂店").await;
    assert!(!phone.words().await.contains("990101198704122151"), "an ID number is nobody's business");
    phone.keep_picture("verification").await;
}
