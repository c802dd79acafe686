"""Passkeys in Chromium, whose virtual authenticator is a device that opens itself."""

from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.support.browser import sign_out
from tests.support.house import House, until
from tests.support.joined import PASSWORD

ADA = "ada@example.org"
_DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
#: Notes that a page has asked the device, which it does behind all else.
ASKED = """(() => {
  const { get } = CredentialsContainer.prototype;
  CredentialsContainer.prototype.get = function (...all) {
    window.asked = true;
    return get.apply(this, all);
  };
})()"""


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def passkey_of(device: CDPSession, authenticator: str) -> dict[str, Any]:
    found = device.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
    [one] = found["credentials"]
    return dict(one)


def swap(device: CDPSession, authenticator: str, copy: dict[str, Any]) -> None:
    """Put a copy in the place of the passkey that it was made of, and open the device again."""
    of_device = {"authenticatorId": authenticator}
    device.send("WebAuthn.removeCredential", {**of_device, "credentialId": copy["credentialId"]})
    device.send("WebAuthn.addCredential", {**of_device, "credential": copy})
    device.send("WebAuthn.setAutomaticPresenceSimulation", {**of_device, "enabled": True})


def test_a_passkey_is_set_up_signs_in_alone_and_its_copy_does_not(
    house: House, browser: Browser
) -> None:
    # Passkeys are bound to a name, and a number is none.
    url, faults = house.url.replace("127.0.0.1", "localhost"), list[str]()
    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        page.add_init_script(ASKED)
        device = context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        made = device.send("WebAuthn.addVirtualAuthenticator", {"options": _DEVICE})
        authenticator = made["authenticatorId"]
        page.goto(f"{url}/join")
        page.get_by_label("Your name").fill("Ada")
        page.get_by_label("E-mail address").fill(ADA)
        page.get_by_label("Password").fill(PASSWORD)
        press(page, "Join")
        expect(page.get_by_role("button", name="Account: Ada")).to_be_visible()

        page.goto(f"{url}/account/security")
        page.get_by_label("How you call it").fill("My laptop")
        press(page, "Set up a passkey")
        expect(page.get_by_test_id("codes").get_by_role("listitem")).to_have_count(10)
        page.get_by_role("link", name="I have them: go on").click()
        expect(page.get_by_test_id("passkeys")).to_contain_text("My laptop · since")

        page.goto(f"{url}/account/data")
        press(page, "Forget me")
        expect(page.get_by_test_id("due")).to_be_visible()
        page.goto(f"{url}/account/security")
        copy = passkey_of(device, authenticator)
        sign_out(page)  # where one signs in, the browser offers the passkey by itself
        page.wait_for_url(f"{url}/account/data")
        press(page, "Stay")
        expect(page.get_by_role("button", name="Forget me")).to_be_visible()
        page.goto(f"{url}/account/security")
        expect(page.get_by_test_id("passkeys")).to_contain_text("last used")
        assert faults == []

        device.send(
            "WebAuthn.setAutomaticPresenceSimulation",
            {"authenticatorId": authenticator, "enabled": False},
        )
        sign_out(page)
        expect(page.get_by_role("status").first).to_have_text("You are signed out.")
        page.get_by_label("E-mail address").fill(ADA)
        page.get_by_label("Password").fill(PASSWORD)
        page.evaluate("window.asked = false")
        press(page, "Sign in")
        expect(page.get_by_role("heading", level=1)).to_have_text("One thing more")
        # What it offers by itself waits already: a copy that opened for it would be used twice.
        until(lambda: page.evaluate("window.asked === true"))
        swap(device, authenticator, copy)
        press(page, "Use a passkey")
        expect(page.get_by_role("alert")).to_contain_text("as if somebody had copied it")
        # It counts on, and would soon be ahead of the one that it was copied from.
        with page.expect_response(f"{url}/api/v1/account/sign-in/passkey") as answered:
            press(page, "Use a passkey")
        assert answered.value.status == 403
        assert not [one for one in context.cookies() if one["name"] == "refrain_session"]
