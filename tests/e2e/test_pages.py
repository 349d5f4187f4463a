"""What a browser gets."""

import re

from tests.service import Service


def test_the_documentation_page_works_without_internet(service: Service) -> None:
    page = service.client.get("/docs")
    assert page.is_success
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(addresses) >= 3
    for address in addresses:
        assert address.startswith(str(service.client.base_url).rstrip("/")), address
        assert service.client.get(address).is_success
    assert service.client.get("/openapi.json").json()["info"]["title"] == "CallScribe"


def test_the_root_leads_to_the_documentation(service: Service) -> None:
    assert str(service.client.get("/", follow_redirects=True).url).endswith("/docs")


def test_what_is_searched_for_is_not_logged(service: Service) -> None:
    assert service.client.get("/api/v1/search", params={"q": "Zanzibar"}).status_code == 200
    service.until(lambda: "GET /api/v1/search: 200" in service.log.read_text(), "the request in the log")
    assert "zanzibar" not in service.log.read_text().casefold()
