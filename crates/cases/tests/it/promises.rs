//! A draft keeps the bureau's words it was begun under, unless the person chooses the newer ones; its case keeps them too.

use std::sync::Arc;

use catalog::catalogue::{Catalogue, SourceFile};
use http::StatusCode;

use crate::street::{COUNTY, Street, draft_at, draft_with, form};

const OWN: &str = "places/990101/items/retail-licence.toml";

/// From now on the bureau promises `days` and gets the business licence itself.
async fn bureau_says(street: &Street, days: u16) {
    let catalogue = street.app.part::<Catalogue>();
    catalog::store::editions::record_local(&street.app.db, &catalogue).await.unwrap();
    let own = catalogue.file(OWN).unwrap().text.clone();
    let promised = own.lines().find(|line| line.starts_with("days = ")).unwrap();
    let mut text = own.replace(promised, &format!("days = {days}")).replace("2026-01-01", "2026-03-02");
    if !text.contains("[[waived]]") {
        text += "\n[[waived]]\nbusiness = '1001'\nmaterial = 'business_licence'\ninstead = '由市场监管部门共享'\n";
    }
    let file = SourceFile { path: OWN.to_owned(), text };
    street.app.replace_part(Arc::new(catalogue.with_files(&[file]).unwrap()));
}

async fn promised_days(street: &Street, id: &str) -> u16 {
    let mut db = street.app.db.clone();
    let case = cases::store::by_id(&mut db, COUNTY, id).await.unwrap().unwrap();
    cases::actions::terms_of(&street.app, &mut db, &case).await.unwrap().allowed.promised.0
}

#[tokio::test]
async fn a_draft_is_filed_under_the_words_it_began_with() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        let mut li = street.signed_in("liming").await;
        let draft = draft_at(&mut li, "confirm").await;
        bureau_says(&street, 5).await;

        for page in ["notice", "check", "form", "materials", "confirm"] {
            let seen = li.get(&format!("/drafts/{draft}/{page}")).await;
            assert!(seen.says("继续按原来的内容办，不用重填"), "{page}: {}", seen.text());
        }
        assert!(li.get(&format!("/drafts/{draft}/notice")).await.says("7 个工作日"));
        let materials = li.get(&format!("/drafts/{draft}/materials")).await;
        assert!(
            materials.says("m-business_licence") && !materials.says("由市场监管部门共享"),
            "{}",
            materials.text()
        );
        li.get(&format!("/drafts/{draft}/confirm")).await;
        let sent = li.post(&format!("/drafts/{draft}/confirm"), &[("promise", "yes")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        assert_eq!(promised_days(&street, &draft).await, 7, "the case keeps what its draft began under");

        bureau_says(&street, 3).await;
        assert_eq!(promised_days(&street, &draft).await, 7, "and nothing said later changes it");
    });
}

#[tokio::test]
async fn who_prefers_the_newer_words_chooses_them_and_loses_nothing() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        let mut li = street.signed_in("liming").await;
        let draft = draft_with(&mut li, "materials", &form(), &[]).await;
        let waived_soon = format!("/drafts/{draft}/materials/business_licence");
        crate::street::send_file(&mut li, &waived_soon, "证.jpg", crate::street::PHOTO).await;
        let nothing = li.get(&format!("/drafts/{draft}/newer")).await;
        assert_eq!(nothing.location(), format!("/drafts/{draft}/materials"), "nothing to choose yet");
        bureau_says(&street, 5).await;

        let choice = li.get(&format!("/drafts/{draft}/newer")).await;
        for says in ["7 个工作日", "5 个工作日", "新的承诺快 2 个工作日，新的少交 1 样材料", "营业执照"]
        {
            assert!(choice.says(says), "{says}: {}", choice.text());
        }
        let mut wang = street.signed_in("wangfang").await;
        wang.get("/me/cases").await;
        let foreign = wang.post(&format!("/drafts/{draft}/newer"), &[]).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND, "another person's draft");
        let chosen = li.post(&format!("/drafts/{draft}/newer"), &[]).await;
        assert_eq!(chosen.location(), format!("/drafts/{draft}"), "{}", chosen.text());
        let again = li.post(&format!("/drafts/{draft}/newer"), &[]).await;
        assert_eq!(again.location(), format!("/drafts/{draft}"), "a second click does no harm");

        let materials = li.get(&format!("/drafts/{draft}/materials")).await;
        assert!(!materials.says("继续按原来的内容办") && !materials.says("m-business_licence"));
        assert!(materials.says("现在不需要的文件") && materials.says("营业执照"), "{}", materials.text());
        assert!(materials.says("免交") && materials.says("由市场监管部门共享"), "{}", materials.text());
        let path = format!("/drafts/{draft}/materials/principal_id_card");
        crate::street::send_file(&mut li, &path, "证.jpg", crate::street::PHOTO).await;
        let on = li.post(&format!("/drafts/{draft}/materials"), &[("go", "next")]).await;
        assert!(on.location().ends_with("/confirm"), "{}", on.text());
        li.get(&format!("/drafts/{draft}/confirm")).await;
        let sent = li.post(&format!("/drafts/{draft}/confirm"), &[("promise", "yes")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        assert_eq!(promised_days(&street, &draft).await, 5);
        let filed = cases::store::materials(&mut street.app.db.clone(), COUNTY, &draft).await.unwrap();
        let slots: Vec<&str> = filed.iter().map(|one| one.slot.as_str()).collect();
        assert_eq!(slots, ["principal_id_card"], "what was uploaded before and is waived now is not taken");
        let sent = li.post(&format!("/drafts/{draft}/newer"), &[]).await;
        assert_eq!(sent.status, StatusCode::CONFLICT, "a sent draft is never changed: {}", sent.text());
    });
}

#[tokio::test]
async fn what_is_harder_in_the_newer_words_is_said_too() {
    let street = Street::anywhere().await;
    bureau_says(&street, 5).await;
    let mut li = street.signed_in("liming").await;
    let draft = draft_with(&mut li, "notice", &form(), &[]).await;
    assert!(li.get(&format!("/drafts/{draft}/notice")).await.says("由市场监管部门共享"));
    let early = street.app.part::<Catalogue>();
    catalog::store::editions::record_local(&street.app.db, &early).await.unwrap();
    street.app.replace_part(Arc::new(Catalogue::embedded().unwrap()));
    let choice = li.get(&format!("/drafts/{draft}/newer")).await;
    assert!(choice.says("新的承诺慢 2 个工作日，新的要多交 1 样材料"), "{}", choice.text());
    li.get("/guides/retail-licence/xinban/mine").await;
    let needed = li.get("/guides/retail-licence/xinban/mine").await;
    assert!(needed.says("免交，由市场监管部门共享"), "the draft's words count: {}", needed.text());
}

#[tokio::test]
async fn words_that_are_kept_nowhere_give_way_to_those_of_now() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        let mut li = street.signed_in("liming").await;
        let draft = draft_at(&mut li, "notice").await;
        let lost = db::Statement::new("update draft set local_digest = 'gone'", db::params![]);
        street.app.db.begin().await.unwrap().commit_with(vec![lost]).await.unwrap();
        let seen = li.get(&format!("/drafts/{draft}/notice")).await;
        assert_eq!(seen.status, StatusCode::OK);
        assert!(seen.says("7 个工作日"), "{}", seen.text());
    });
}
