//! The disk fills up and is emptied again. Nothing half is kept, reading goes on, writing resumes by itself.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use db::{Exec, history, params};

use crate::town::{BUREAU, Engine, FIRST_DAY, PICTURE, Page, Shop, Town};

/// A small disk of its own, gone when the story ends.
struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    /// `None` where mounting is not allowed; says so.
    fn of(megabytes: u32) -> Option<Disk> {
        let folder = tempfile::tempdir().expect("a folder");
        let size = format!("size={megabytes}m");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output();
        match mounted {
            Ok(done) if done.status.success() => Some(Disk { folder }),
            Ok(done) => {
                eprintln!(
                    "not told: a small disk can't be mounted: {}",
                    String::from_utf8_lossy(&done.stderr).trim()
                );
                None
            }
            Err(error) => {
                eprintln!("not told: a small disk can't be mounted: {error}");
                None
            }
        }
    }

    /// Writes until not a byte more fits.
    fn fill(&self) -> PathBuf {
        let path = self.folder.path().join("filler");
        let mut filler = std::fs::File::create(&path).expect("a file");
        for block in [1 << 16, 1 << 12, 1] {
            let zeros = vec![0; block];
            while filler.write_all(&zeros).is_ok() {}
        }
        path
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        _ = Command::new("umount").arg("--lazy").arg(self.folder.path()).status();
    }
}

fn clearly_full(page: &Page) {
    assert!(matches!(page.status.as_u16(), 503 | 507), "{}:\n{}", page.status, page.words());
    assert!(!page.header("retry-after").is_empty(), "{:?}", page.headers);
}

/// Files below `folder`, with their sizes.
fn kept(folder: &Path) -> Vec<(PathBuf, u64)> {
    let mut kept = vec![];
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => kept.extend(self::kept(&path)),
            path => kept.push((path, entry.metadata().map_or(0, |data| data.len()))),
        }
    }
    kept.sort();
    kept
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_so_and_writing_goes_on_once_there_is_room() {
    let Some(disk) = Disk::of(48) else { return };
    let folder = tempfile::tempdir_in(disk.folder.path()).expect("a folder");
    let town = Town::open(Engine::Sqlite, folder, web::FixedClock::on(FIRST_DAY)).await;
    let granted = town.has_ready_for_decision(&Shop::number(1)).await;
    town.grants(&granted).await;
    let licence = town.licence_of(&granted).await;
    let anybody = town.visitor();
    town.once_in_the_register(&anybody, &format!("/verify/{licence}")).await;
    let draft = town.begins("liming").await;
    draft.fills_in(&Shop::number(2)).await.must_be(200);
    draft.uploads_everything().await;
    let submit = draft.ready().await;
    let upload = draft.upload_form("premises_proof").await;
    // Bytes that are not there yet: the same picture again would need no room.
    let mut another = PICTURE.to_vec();
    another.extend_from_slice(&[0; 200_000]);
    let upload = upload.attach("file", "合同.jpg", another);

    let filler = disk.fill();
    let before = kept(&town.folder.path().join("files"));
    let mut refused = 0;
    for _ in 0..5 {
        let page = draft.browser.send(submit.clone()).await;
        clearly_full(&page);
        let page = draft.browser.send(upload.clone()).await;
        clearly_full(&page);
        refused += 2;
        anybody.get(&format!("/verify/{licence}")).await.must_be(200).must_say("有效");
        anybody.get("/guides/retail-licence/xinban").await.must_be(200);
        town.visitor().get("/readyz").await.must_be(200);
    }
    println!("{refused} writes refused on a full disk");
    assert_eq!(kept(&town.folder.path().join("files")), before, "half a file was left behind");

    std::fs::remove_file(filler).expect("room again");
    draft.browser.send(upload).await.must_be(200);
    let case = draft.received(&draft.browser.send(submit).await);
    assert_eq!(case.number, "990101202609010002", "no number was lost on the way");
    let mut db = town.app.db.clone();
    let checked = db.query_one("pragma integrity_check", params![]).await.expect("checked");
    assert_eq!(checked.text(0).expect("a word"), "ok");
    let verified = history::verify_all(&mut db, BUREAU).await.expect("verified");
    assert!(verified.broken.is_empty(), "{:?}", verified.broken);
    town.close().await;
}
