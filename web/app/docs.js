// Starts Swagger UI on the API's description. It stands in a file because the page may not have a script of its own.

let theme = "system";
try {
  theme = localStorage.getItem("theme") ?? theme;
} catch {
  // The browser stores nothing.
}
const isDark = theme === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";
document.documentElement.classList.toggle("dark-mode", isDark);

window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  validatorUrl: null,
});
