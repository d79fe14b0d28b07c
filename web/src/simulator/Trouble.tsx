/** The page when there is no simulator: with real keys there is nothing to simulate. */
export function Trouble({ words }: { words: string }) {
  return (
    <main class="trouble">
      <h1>No simulator here</h1>
      <p>{words}</p>
      <p>
        <a href="/">Go to the shop’s chat</a>
      </p>
    </main>
  );
}
