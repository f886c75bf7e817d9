//! A disk that is really full, in the folder of `YANZHENG_TEST_SMALL_DISK`: a small file system of its own, such as
//! `mount -t tmpfs -o size=8m tmpfs FOLDER`. Skipped where there is none.

use files::{Fault, Files};
use std::path::PathBuf;

#[tokio::test]
async fn what_does_not_fit_leaves_nothing_and_what_was_kept_is_read() {
    let Some(disk) = std::env::var_os("YANZHENG_TEST_SMALL_DISK").map(PathBuf::from) else {
        eprintln!("skipped: YANZHENG_TEST_SMALL_DISK is not set");
        return;
    };
    let folder = disk.join("files");
    let files = Files::open(&folder).await.unwrap();
    let mut kept = Vec::new();
    let fault = loop {
        match files.put_bytes(vec![kept.len() as u8; 1 << 20]).await {
            Ok(stored) => kept.push(stored.digest),
            Err(fault) => break fault,
        }
        assert!(kept.len() < 64, "the disk is not small");
    };
    assert!(matches!(fault, Fault::Full), "{fault:?}");
    assert_eq!(std::fs::read_dir(folder.join("tmp")).unwrap().count(), 0);
    for digest in &kept {
        assert_eq!(files.bytes(digest).await.unwrap().len(), 1 << 20);
    }
    std::fs::remove_dir_all(folder).unwrap();
}
