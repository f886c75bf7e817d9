use axum::http::{StatusCode, header};
use db::{Db, history};
use http_body_util::BodyExt;
use identity::Post;

use super::town::{CARD, HOLDER, OTHER, Town};
use crate::holder;

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_sees_the_card_with_its_twelve_elements() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let cookie = town.enters(HOLDER).await;
        let (status, list) = town.page("/me/licences", &cookie).await;
        assert_eq!(status, StatusCode::OK, "{list}");
        assert!(
            list.contains(CARD)
                && list.contains("还有 1825 天到期")
                && list.contains("/guides/retail-licence/yanxu")
        );
        let (status, card) = town.page(CARD, &cookie).await;
        assert_eq!(status, StatusCode::OK);
        for element in [
            "990101100001",
            "城中区𬭎记食杂店1号",
            "欧阳小明",
            "个体工商户",
            "城中区桥城街道解放路1号",
            "卷烟本店零售、雪茄烟本店零售",
            "演示省烟草公司演示市公司（卷烟）",
            "2026年11月23日至2031年11月22日",
            "城中区烟草专卖局",
            "制证日期",
            "<svg",
        ] {
            assert!(card.contains(element), "the card lacks {element}");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_licence_looks_like_a_missing_one() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let cookie = town.enters(OTHER).await;
        let missing = town.page("/me/licences/990101/990101100002", &cookie).await;
        assert_eq!(missing.0, StatusCode::NOT_FOUND);
        for path in [CARD, &format!("{CARD}/original.pdf"), &format!("{CARD}/duplicate.ofd")] {
            let (status, body) = town.page(path, &cookie).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
            assert!(!body.contains("欧阳") && body.contains("没有找到这张许可证"));
        }
        let (_, list) = town.page("/me/licences", &cookie).await;
        assert!(list.contains("名下还没有许可证"));
        assert!(
            town.get(CARD, None).await.status().is_redirection(),
            "who is not signed in is led to the door"
        );
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sheets_come_sealed_and_as_reading_copies() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let cookie = town.enters(HOLDER).await;
        let path = format!("{CARD}/original.pdf");
        let (status, first) = town.page(&path, &cookie).await;
        assert_eq!(status, StatusCode::OK);
        assert!(first.starts_with("licence-original") && first.contains("城中区𬭎记食杂店1号"), "{first}");
        let again = town.get(&path, Some(&cookie)).await;
        assert_eq!(again.headers()[header::CONTENT_TYPE], "application/pdf");
        assert_eq!(again.headers()[header::CACHE_CONTROL], "private, no-store");
        assert_eq!(again.into_body().collect().await.unwrap().to_bytes(), first.as_bytes());
        assert!(town.page(&format!("{CARD}/original.ofd"), &cookie).await.1.starts_with("OFD"));
        assert_eq!(town.app.files().digests().await.unwrap().len(), 2, "the two sealed sheets");
        assert_eq!(town.page(&format!("{CARD}/passport.pdf"), &cookie).await.0, StatusCode::NOT_FOUND);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_sees_the_licences_of_the_own_bureau_and_that_is_written_down() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let own = town.officer("990101", Post::LicenceClerk).await;
        let (status, list) = town.page("/desk/licences?q=%E9%A3%9F%E6%9D%82", &own).await;
        assert_eq!(status, StatusCode::OK, "{list}");
        assert!(list.contains("欧***") && !list.contains("欧阳小明"), "the list is masked");
        let (status, page) = town.page("/desk/licences/990101100001", &own).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        assert!(page.contains("欧阳小明") && page.contains("制发许可证"));
        let reads = history::read(&mut db.clone(), "990101", "licence-read", "990101100001").await.unwrap();
        assert_eq!((reads.len(), reads[0].actor_name.as_str()), (1, "王岚"));

        let strange = town.officer("990102", Post::LicenceClerk).await;
        assert_eq!(town.page("/desk/licences/990101100001", &strange).await.0, StatusCode::NOT_FOUND);
        let (_, list) = town.page("/desk/licences", &strange).await;
        assert!(!list.contains("990101100001"));
        let admin = town.officer("990101", Post::SystemAdmin).await;
        let (status, body) = town.page("/desk/licences/990101100001", &admin).await;
        assert!(status.is_client_error() && !body.contains("欧阳"), "{status}");
        let reads = history::read(&mut db.clone(), "990101", "licence-read", "990101100001").await.unwrap();
        assert_eq!(reads.len(), 1, "who sees nothing leaves no entry");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_licence_of_an_older_system_is_put_under_its_holder() {
    db::on_each_database!(async |db: Db| {
        let town = Town::over(&db).await;
        let mut tx = db.begin().await.unwrap();
        let clerk = ("o-1", "王岚");
        holder::give(&mut tx, ("990101", "990101100001"), OTHER, clerk, super::now()).await.unwrap();
        tx.commit().await.unwrap();
        let chain = history::read(&mut db.clone(), "990101", "licence", "990101100001").await.unwrap();
        history::verify(&chain).unwrap();
        assert_eq!((chain.len(), chain[1].act.as_str()), (2, "given"));
        let cookie = town.enters(OTHER).await;
        assert_eq!(town.page(CARD, &cookie).await.0, StatusCode::OK);
        // The old holder's way is still there; the licence itself says whose it is.
        let before = town.enters(HOLDER).await;
        assert_eq!(town.page(CARD, &before).await.0, StatusCode::NOT_FOUND);
        assert!(town.page("/me/licences", &before).await.1.contains("名下还没有许可证"));
    });
}
