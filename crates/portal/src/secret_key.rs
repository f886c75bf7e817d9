//! The root of all keyed digests: from the settings, or made once and kept in the data folder.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::settings::Settings;

/// The 32 bytes. Makes them on the first start; the file is readable by its owner only.
pub fn of(settings: &Settings) -> anyhow::Result<[u8; 32]> {
    if let Some(secret) = &settings.server.secret {
        return from_hex(secret.reveal())
            .ok_or_else(|| anyhow::anyhow!("server.secret 应为 64 个十六进制数字"));
    }
    let path = settings.storage.secret();
    if !path.exists() {
        make(&path)?;
    }
    let text = std::fs::read_to_string(&path)
        .map_err(|error| anyhow::anyhow!("读不到密钥 {}：{}", path.display(), web::text::io_fault(&error)))?;
    from_hex(text.trim()).ok_or_else(|| anyhow::anyhow!("密钥 {} 已损坏，请从备份恢复", path.display()))
}

fn make(path: &Path) -> anyhow::Result<()> {
    let text: String = web::app::random::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
    // create_new: of two servers that start at once one makes the key and the other reads it.
    let opened = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = match opened {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => anyhow::bail!("写不了密钥 {}：{}", path.display(), web::text::io_fault(&error)),
    };
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(())
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_only_its_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::default();
        settings.storage.data = folder.path().to_owned();
        let first = of(&settings).unwrap();
        assert_eq!(of(&settings).unwrap(), first);
        let mode = std::fs::metadata(settings.storage.secret()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_damaged_key_stops_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::default();
        settings.storage.data = folder.path().to_owned();
        std::fs::write(settings.storage.secret(), "zz").unwrap();
        assert!(of(&settings).is_err());
    }
}
