//! What the people of the bureau do: at their desks, and two of them on the spot with a phone.

use crate::applicant::{Sent, picture};
use crate::window::Window;

const CLERK: &str = "cz-zj1";
const LICENCE_HEAD: &str = "cz-fz";
const TEAM_HEAD: &str = "cz-sz";
const INSPECTORS: [(&str, &str); 2] = [("cz-hc1", "任启航"), ("cz-hc2", "姜佳宁")];
const BUREAU_HEAD: &str = "cz-jz";

/// The checks of the inspection with the distances they want, and the photos.
const CHECKS: [(&str, &str); 8] = [
    ("address", ""),
    ("premises", ""),
    ("apart", ""),
    ("counter", ""),
    ("licence", ""),
    ("school", "312"),
    ("spacing", "86.5"),
    ("safety", ""),
];
const PHOTOS: [(&str, &str); 3] =
    [("address", "front.jpg"), ("premises", "inside.jpg"), ("apart", "passage.jpg")];

/// From acceptance to delivery.
pub async fn handle(desk: &Window, phone: &Window, sent: &Sent) {
    accepts(desk, sent).await;
    reviews_papers(desk, sent).await;
    assigns(desk, sent).await;
    inspect(phone, sent).await;
    examines(desk, sent).await;
    grants(desk, sent).await;
    delivers(desk, sent).await;
}

async fn accepts(desk: &Window, sent: &Sent) {
    desk.sign_in(CLERK).await;
    desk.open("/desk").await;
    desk.must_say(&sent.number).await;
    desk.keep_picture("workbench").await;
    desk.press(&format!("main a[href=\"{}\"]", sent.desk(""))).await;
    desk.keep_picture_at("desk-case", "#m-business_licence").await;
    desk.choose_in("#m-business_licence", "verdict", "fit").await;
    desk.press("#m-business_licence form button").await;
    desk.must_say("符合要求").await;
    takes(desk, sent, "accept").await;
    desk.must_say("书面审查").await;
    desk.open(&sent.desk("/ledger")).await;
}

async fn reviews_papers(desk: &Window, sent: &Sent) {
    desk.sign_in(LICENCE_HEAD).await;
    desk.open(&sent.desk("/review_paper")).await;
    // Sent empty: the page asks for the opinion.
    desk.press("#f-send").await;
    assert!(desk.has("#problems").await, "a review without an opinion goes through");
    desk.write("opinion", "材料齐全，符合法定形式").await;
    desk.press("#f-send").await;
}

async fn assigns(desk: &Window, sent: &Sent) {
    desk.sign_in(TEAM_HEAD).await;
    desk.open(&sent.desk("/assign")).await;
    let today =
        desk.run("return new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })").await;
    for (_, name) in INSPECTORS {
        let found = format!(
            "return [...document.querySelectorAll('[name=inspectors]')]
                .find(one => one.closest('label').textContent.includes('{name}')).value"
        );
        let id = desk.run(&found).await;
        desk.choose("inspectors", id.as_str().expect("an id")).await;
    }
    desk.write("planned_on", today.as_str().expect("a day")).await;
    desk.press("#f-send").await;
}

/// Two inspectors in the shop: the first writes, the second signs.
async fn inspect(phone: &Window, sent: &Sent) {
    let at = sent.desk("/inspect");
    phone.sign_in(INSPECTORS[0].0).await;
    phone.open("/desk").await;
    phone.open(&at).await;
    for (check, distance) in CHECKS {
        let card = format!("#c-{check}");
        phone.choose_in(&card, "verdict", "yes").await;
        if !distance.is_empty() {
            phone.write_at(&format!("#d-{check}"), distance).await;
        }
        phone.press(&format!("{card} form[action$=\"/check/{check}\"] button")).await;
    }
    phone.keep_picture_at("inspection", "#c-address").await;
    for (check, file) in PHOTOS {
        phone.attach(&format!("#f-photo-{check}"), &picture(file)).await;
        phone.press(&format!("#c-{check} form[action$=\"/photo/{check}\"] button")).await;
    }
    phone.write("area", "36.5").await;
    phone.write("conclusion", "经实地核查，符合新办许可证的条件").await;
    phone.press("#c-summary button").await;
    signs(phone, &at, true).await;
    phone.sign_in(INSPECTORS[1].0).await;
    signs(phone, &at, false).await;
    phone.choose_in("#c-party", "how", "signed").await;
    phone.write_at("#c-party [name=name]", "李明").await;
    phone.write_at("#c-party [name=relation]", "本人").await;
    phone.press("#c-party form > button.button").await;
    phone.must_say("各项都齐了").await;
    phone.press_and_confirm("#f-submit button").await;
    phone.must_say("核查记录已提交").await;
}

/// With a finger where the page has a pad, otherwise by the tick alone.
async fn signs(phone: &Window, at: &str, by_hand: bool) {
    phone.open(at).await;
    if by_hand && phone.has_script() {
        phone.draw_on("#c-sign canvas").await;
    }
    phone.choose_in("#c-sign", "confirm", "yes").await;
    phone.press("#f-sign button.button").await;
    phone.must_say("已签名").await;
}

async fn examines(desk: &Window, sent: &Sent) {
    desk.sign_in(LICENCE_HEAD).await;
    desk.open(&sent.desk("")).await;
    desk.keep_picture("desk-inspected").await;
    desk.open(&sent.desk("/examine")).await;
    desk.choose("advice", "grant").await;
    desk.write("opinion", "经书面审查和实地核查，情况属实，建议准予").await;
    desk.press("#f-send").await;
}

async fn grants(desk: &Window, sent: &Sent) {
    desk.sign_in(BUREAU_HEAD).await;
    desk.open(&sent.desk("/decide")).await;
    desk.choose("outcome", "grant").await;
    desk.write("years", "5").await;
    desk.press("button[formaction]").await;
    desk.must_say("预览").await;
    desk.keep_picture("decision").await;
    desk.press_and_confirm("main form .actions button[data-confirm]").await;
    desk.must_say("准予").await;
}

async fn delivers(desk: &Window, sent: &Sent) {
    desk.sign_in(CLERK).await;
    desk.open(&sent.desk("/deliver")).await;
    desk.choose("way", "pick_up").await;
    desk.press("#f-send").await;
    desk.must_say("已记录送达").await;
}

/// Opens the page of a step from the case and sends it as it is.
async fn takes(desk: &Window, sent: &Sent, step: &str) {
    desk.open(&sent.desk("")).await;
    desk.press(&format!("main a[href=\"{}\"]", sent.desk(&format!("/{step}")))).await;
    desk.press("#f-send").await;
}
