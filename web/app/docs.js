// Starts Swagger UI with the OpenAPI document. The page's policy does not allow inline scripts.

let theme = "system";
try {
  theme = localStorage.getItem("theme") ?? theme;
} catch {
  // The browser blocks localStorage.
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
