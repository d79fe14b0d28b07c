// The bundler turns a style sheet that is imported for its effect into the page's own <link>.
declare module "*.css";
