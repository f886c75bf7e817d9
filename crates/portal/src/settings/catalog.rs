//! Where public copies of the guides are.

use serde::{Deserialize, Serialize};

use super::SettingsFault;

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Catalog {
    /// Addresses of guides, screens and portals that are compared every few hours, with commas between.
    pub copies: String,
}

impl Catalog {
    pub fn addresses(&self) -> Vec<String> {
        let all = self.copies.split([',', '，']).map(str::trim);
        all.filter(|one| !one.is_empty()).map(str::to_owned).collect()
    }

    pub(super) fn check(&self) -> Result<(), SettingsFault> {
        match self.addresses().into_iter().find(|one| !one.starts_with("http://")) {
            Some(wrong) => {
                let why = format!(
                    "“{wrong}”应以 http:// 开头；https 的，请在本机网关上转成 http；多个地址用逗号隔开"
                );
                Err(SettingsFault::value("catalog.copies", why))
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_wrong_ones_named() {
        let of = |copies: &str| Catalog { copies: copies.to_owned() };
        assert_eq!(of("http://a, http://b/c").addresses(), ["http://a", "http://b/c"]);
        assert!(of("").check().is_ok());
        assert!(of("https://a").check().is_err());
    }
}
