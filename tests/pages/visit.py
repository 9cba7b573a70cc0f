"""What a person does on the GraphiQL page, and what must stay empty meanwhile."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from playwright.async_api import Page

PICTURES = Path(__file__).parent / "screenshots"
MODEL = "globalThis.__MONACO.editor.getModels().find(model => model.uri.path.endsWith(name))"
READ = f"name => {MODEL}.getValue()"
WRITE = f"([name, text]) => {MODEL}.setValue(text)"
HOLDS = f"([name, text, wanted]) => {MODEL}.getValue().includes(text) === wanted"

# What is open is written down half a second after it changed.
KEPT = """text => Object.keys(localStorage).filter(key => key.endsWith('tabState')).some(key => {
  const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem(key));
  return tabs[activeTabIndex]?.query?.includes(text);
})"""


class Server(Protocol):
    """The running server of the tests, with tokens of its demo people."""

    url: str

    def token(self, role: str) -> str: ...


@dataclass(slots=True)
class Visit:
    """An open page, with what must stay empty: requests elsewhere and complaints."""

    page: Page
    attempts: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def arrive(self, url: str) -> None:
        """Open the page and wait until its editors are there."""
        await self.page.goto(f"{url}/graphiql")
        await self.page.locator(".graphiql-query-editor .view-line").first.wait_for()
        await self.page.locator('button[data-operation="Home"]:enabled').wait_for()

    async def open(self, name: str) -> None:
        """Choose a ready operation in the menu, as a person does."""
        await self.page.locator(f'button[data-operation="{name}"]').click()
        await self.page.locator(f'button[data-operation="{name}"][aria-current="true"]').wait_for()

    async def run(self) -> None:
        """Press the button that runs the open tab."""
        await self.page.locator("button.graphiql-execute-button").click()

    async def text(self, editor: str) -> str:
        """What an editor holds: operation.graphql, variables.json, response.json."""
        return str(await self.page.evaluate(READ, editor))

    async def until(self, editor: str, text: str, wanted: bool = True) -> str:
        """What an editor holds, as soon as this text is in it (or no longer)."""
        await self.page.wait_for_function(HOLDS, arg=[editor, text, wanted])
        return await self.text(editor)

    async def kept(self, text: str) -> None:
        """Wait until a tab with this text would be the open one after a reload."""
        await self.page.wait_for_function(KEPT, arg=text)

    async def write(self, editor: str, text: str) -> None:
        """Put this text into an editor."""
        await self.page.evaluate(WRITE, [editor, text])

    async def identity(self) -> str:
        """Who the open tab asks as."""
        return await self.page.locator('[role="radio"][aria-checked="true"]').inner_text()

    async def picture(self, name: str) -> None:
        """Keep how it looks."""
        await self.page.screenshot(path=PICTURES / f"{name}.png")
