//! Keeping files: all or nothing, by the digest of their content.

use files::{Fault, Files, Kind, Limits, Refused};
use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use std::path::Path;

const SMALL: Limits = Limits { bytes: 1000, pixels: 1_000_000 };

async fn fresh() -> (tempfile::TempDir, Files) {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::open(folder.path()).await.unwrap();
    (folder, files)
}

fn pieces(
    of: &[&'static [u8]],
) -> impl futures_util::Stream<Item = Result<&'static [u8], String>> + Send + use<> {
    stream::iter(of.iter().map(|piece| Ok(*piece)).collect::<Vec<_>>())
}

fn leftovers(folder: &Path) -> usize {
    std::fs::read_dir(folder.join("tmp")).unwrap().count()
}

/// Later than anything this test writes.
fn far_future() -> Timestamp {
    "2200-01-01T00:00:00Z".parse().unwrap()
}

#[tokio::test]
async fn what_is_put_comes_back_in_any_way_and_is_kept_once() {
    let (_folder, files) = fresh().await;
    let stored = files.put(pieces(&[b"ab", b"", b"c"]), SMALL).await.unwrap();
    // GB/T 32905-2016 附录 A 示例 1: the digest of "abc".
    assert_eq!(stored.digest, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    assert_eq!((stored.bytes, stored.kind), (3, None));
    assert_eq!(files.put_bytes("abc").await.unwrap(), stored);
    assert_eq!(files.bytes(&stored.digest).await.unwrap(), b"abc");
    let (length, pieces) = files.get(&stored.digest).await.unwrap();
    let read: Vec<u8> = pieces.map(|piece| piece.unwrap().to_vec()).concat().await;
    assert_eq!((length, read.as_slice()), (3, b"abc".as_slice()));
    assert!(files.exists(&stored.digest).await.unwrap());
    assert_eq!(files.digests().await.unwrap(), [stored.digest]);
}

#[tokio::test]
async fn what_is_no_digest_is_missing_and_never_a_path() {
    let (_folder, files) = fresh().await;
    for name in ["", "../../../etc/passwd", "a\0b", &"G".repeat(64), &"0".repeat(64)] {
        assert!(matches!(files.bytes(name).await, Err(Fault::Missing(_))), "{name:?}");
        assert!(matches!(files.get(name).await, Err(Fault::Missing(_))), "{name:?}");
        assert!(!files.exists(name).await.unwrap());
    }
}

#[tokio::test]
async fn too_much_too_little_and_a_broken_line_leave_nothing() {
    let (folder, files) = fresh().await;
    let big = stream::iter(vec![Ok::<Vec<u8>, String>(vec![7; 600]); 2]);
    let refused = files.put(big, SMALL).await.unwrap_err();
    assert!(matches!(refused, Fault::Refused(Refused::TooLarge { limit: 1000 })));
    let empty = files.put(pieces(&[b""]), SMALL).await.unwrap_err();
    assert!(matches!(empty, Fault::Refused(Refused::Empty)));
    let broken = stream::iter(vec![Ok(vec![1, 2, 3]), Err("reset by peer".to_owned())]);
    assert!(
        matches!(files.put(broken, SMALL).await.unwrap_err(), Fault::BrokenOff(why) if why == "reset by peer")
    );
    let refused = files.take_in(pieces(&[b"<html>"]), "a.jpg", SMALL).await.unwrap_err();
    assert!(matches!(refused, Fault::Refused(Refused::NotTaken { .. })));
    assert_eq!(leftovers(folder.path()), 0);
    assert!(files.digests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_cancelled_upload_leaves_nothing() {
    let (folder, files) = fresh().await;
    let endless = stream::once(async { Ok::<_, String>(vec![1_u8]) }).chain(stream::pending());
    let cancelled =
        tokio::time::timeout(std::time::Duration::from_millis(100), files.put(endless, SMALL)).await;
    assert!(cancelled.is_err());
    assert_eq!(leftovers(folder.path()), 0);
}

#[tokio::test]
async fn a_picture_is_taken_in_and_known_for_what_it_is() {
    let (_folder, files) = fresh().await;
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(20, 10).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let whole = stream::iter([Ok::<_, String>(png.into_inner())]);
    let (stored, looked) = files.take_in(whole, "门头.PNG", SMALL).await.unwrap();
    assert_eq!(stored.kind, Some(Kind::Png));
    assert_eq!((looked.kind, looked.width, looked.height), (Kind::Png, Some(20), Some(10)));
}

#[tokio::test]
async fn an_altered_file_is_found() {
    let (folder, files) = fresh().await;
    let stored = files.put_bytes("abc").await.unwrap();
    std::fs::write(folder.path().join("objects/66").join(&stored.digest), "abd").unwrap();
    assert!(matches!(files.bytes(&stored.digest).await, Err(Fault::Altered(_))));
    // Putting the same content again repairs it.
    files.put_bytes("abc").await.unwrap();
    assert_eq!(files.bytes(&stored.digest).await.unwrap(), b"abc");
}

#[tokio::test]
async fn tidying_takes_only_what_is_old_and_named_by_nobody() {
    let (folder, files) = fresh().await;
    let named = files.put_bytes("named").await.unwrap().digest;
    let unnamed = files.put_bytes("unnamed").await.unwrap().digest;
    std::fs::write(folder.path().join("tmp/left-over"), "half").unwrap();
    let day = SignedDuration::from_hours(24);
    let long_ago = "2001-01-01T00:00:00Z".parse().unwrap();
    let young = files.tidy(long_ago, day, |_| false).await.unwrap();
    assert_eq!(young, files::Tidied::default());
    let tidied = files.tidy(far_future(), day, |digest| digest == named).await.unwrap();
    assert_eq!(tidied, files::Tidied { leftovers: 1, files: 1, bytes: 7 });
    assert!(files.exists(&named).await.unwrap());
    assert!(!files.exists(&unnamed).await.unwrap());
    assert_eq!(leftovers(folder.path()), 0);
}
