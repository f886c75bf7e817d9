//! Files: what is refused says why and what to do; what is kept is what was sent.

use http::{StatusCode, header};
use web::testing::Seen;

use crate::street::{PHOTO, Street, draft_at, send_file, upload};

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n\
    2 0 obj <</Type /Pages /Count 1 /Kids []>> endobj\ntrailer <</Root 1 0 R>>\nstartxref\n9\n%%EOF\n";

/// The addresses of the files a page links to.
fn files_of(page: &Seen) -> Vec<String> {
    let text = page.text();
    let links = text.split("class=\"thumb\" href=\"").skip(1);
    links.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_is_refused_says_why_and_what_to_do() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        let mut li = street.signed_in("liming").await;
        let draft = draft_at(&mut li, "materials").await;
        let slot = format!("/drafts/{draft}/materials/business_licence");
        for (name, bytes, says, remedy) in [
            ("执照.jpg", PDF, "文件内容是 PDF，但文件名以 .jpg 结尾", "请把扩展名改为 .pdf"),
            ("空.jpg", b"".as_slice(), "这个文件是空的", "请打开原文件确认有内容"),
            ("执照.docx", b"PK\x03\x04word".as_slice(), "不能接收压缩包或 Word", "请另存为 PDF 或拍照上传"),
            ("执照.gif", b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;".as_slice(), "不能接收", "请另存为"),
        ] {
            let seen = send_file(&mut li, &slot, name, bytes).await;
            assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            assert!(seen.says(says) && seen.says(remedy), "{name}: {}", seen.text());
            assert!(seen.says("href=\"#f-file-business_licence\""), "the summary leads to the field");
        }
        assert!(
            files_of(&li.get(&format!("/drafts/{draft}/materials")).await).is_empty(),
            "nothing was kept"
        );
        let nothing = send_file(&mut li, &slot, "", b"").await;
        assert!(nothing.says("还没有选择文件"), "{}", nothing.text());
    });
}

#[tokio::test]
async fn a_photo_of_50_mb_is_told_to_be_too_large() {
    let street = Street::anywhere().await;
    let mut li = street.signed_in("liming").await;
    let draft = draft_at(&mut li, "materials").await;
    let mut huge = PHOTO.to_vec();
    huge.resize(50 << 20, 0);
    let seen =
        send_file(&mut li, &format!("/drafts/{draft}/materials/business_licence"), "大.jpg", &huge).await;
    assert_eq!(seen.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(seen.says("文件超过了 10 MB") && seen.says("压缩到 10 MB 以内"), "{}", seen.text());
    let beyond = vec![0; 100 << 20];
    let seen =
        send_file(&mut li, &format!("/drafts/{draft}/materials/business_licence"), "大.jpg", &beyond).await;
    assert!(seen.status.is_client_error(), "{}", seen.status);
}

#[tokio::test]
async fn a_file_comes_back_as_it_was_sent_under_a_clean_name() {
    db::on_each_database!(async |db: db::Db| {
        let street = Street::on(db).await;
        let mut li = street.signed_in("liming").await;
        let draft = draft_at(&mut li, "materials").await;
        let materials = format!("/drafts/{draft}/materials");
        let slot = format!("{materials}/principal_id_card");
        let sent = send_file(&mut li, &slot, "../../身份证😀䶮.jpg", PHOTO).await;
        assert_eq!(sent.location(), format!("{materials}#m-principal_id_card"), "{}", sent.text());
        let page = li.get(&materials).await;
        assert!(!page.says("../") && page.says("䶮.jpg"), "{}", page.text());
        let link = files_of(&page).remove(0);
        let file = li.get(&link).await;
        assert_eq!((file.status, &file.body[..]), (StatusCode::OK, PHOTO));
        assert_eq!(file.headers[header::CONTENT_TYPE], "image/jpeg");
        assert_eq!(file.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert!(file.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("sandbox"));
        let mut wang = street.signed_in("wangfang").await;
        assert_eq!(wang.get(&link).await.status, StatusCode::NOT_FOUND);

        street.clock.advance(std::time::Duration::from_secs(1));
        let pdf = send_file(&mut li, &slot, "背面.pdf", PDF).await;
        assert_eq!(pdf.status, StatusCode::SEE_OTHER, "{}", pdf.text());
        let full = send_file(&mut li, &slot, "第三个.jpg", PHOTO).await;
        assert_eq!(full.status, StatusCode::CONFLICT);
        assert!(full.says("最多上传 2 个文件"), "{}", full.text());
        let links = files_of(&li.get(&materials).await);
        let as_pdf = li.get(&links[1]).await;
        assert!(as_pdf.headers[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment;"));

        let id = link.rsplit('/').next().unwrap();
        li.get(&materials).await;
        let gone = li.post(&format!("{slot}/{id}/delete"), &[]).await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER);
        assert_eq!(li.get(&link).await.status, StatusCode::NOT_FOUND);
    });
}

#[tokio::test]
async fn a_file_may_take_the_place_of_another() {
    let street = Street::anywhere().await;
    let mut li = street.signed_in("liming").await;
    let draft = draft_at(&mut li, "materials").await;
    let materials = format!("/drafts/{draft}/materials");
    let slot = format!("{materials}/business_licence");
    send_file(&mut li, &slot, "旧.jpg", PHOTO).await;
    street.clock.advance(std::time::Duration::from_secs(1));
    send_file(&mut li, &slot, "另一张.jpg", PHOTO).await;
    let page = li.get(&materials).await;
    let old = page.field("instead_of").unwrap();
    let (kind, body) = upload(&[("_csrf", li.token()), ("instead_of", &old)], "新.jpg", PHOTO);
    let seen = li.post_body(&slot, &kind, body).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    let page = li.get(&materials).await;
    assert!(page.says("新.jpg") && page.says("另一张.jpg") && !page.says("旧.jpg"), "{}", page.text());
}

#[tokio::test]
async fn a_file_from_another_site_is_not_taken() {
    let street = Street::anywhere().await;
    let mut li = street.signed_in("liming").await;
    let draft = draft_at(&mut li, "materials").await;
    let materials = format!("/drafts/{draft}/materials");
    let (kind, body) = upload(&[("_csrf", "nonsense")], "外来.jpg", PHOTO);
    let seen = li.post_body(&format!("{materials}/business_licence"), &kind, body).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN, "{}", seen.text());
    assert!(files_of(&li.get(&materials).await).is_empty());
    for slot in ["application_form", "nonsense"] {
        let seen = send_file(&mut li, &format!("{materials}/{slot}"), "a.jpg", PHOTO).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{slot}");
    }
}
