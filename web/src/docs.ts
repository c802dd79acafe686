// The interface to read and to try out: Swagger UI on our own description.

import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

/** What is used of Swagger UI's React, and of what it hands to a component. */
interface System {
  React: { createElement: (what: unknown, props: unknown, ...children: unknown[]) => unknown };
}
interface Given {
  getComponent: (name: string, isConnected?: boolean) => unknown;
  specSelectors: { loadingStatus: () => string };
}

/** Of a description that came; until then, and where it does not come, there is nothing of it. */
const DESCRIBED = ["AuthorizeBtnContainer", "FilterContainer", "operations", "Models"];

/** Within a page of ours, which says what it is, and has the one main part. */
const within = ({ React: { createElement } }: System) => ({
  components: {
    WithinPage: ({ getComponent, specSelectors }: Given) => {
      const described = specSelectors.loadingStatus() === "success" ? DESCRIBED : [];
      const parts = ["errors", ...described].map((one) => getComponent(one, true));
      return createElement(
        "div",
        { className: "swagger-ui" },
        createElement(getComponent("SvgAssets"), null),
        ...parts.map((one) => createElement(one, null)),
      );
    },
  },
});

const root = document.getElementById("interface");
if (root) {
  SwaggerUI({
    domNode: root,
    url: "/api/openapi.json",
    plugins: [within],
    layout: "WithinPage",
    deepLinking: true,
    docExpansion: "none",
    filter: true,
    defaultModelsExpandDepth: 0,
    displayOperationId: true,
    // Nothing is asked of anybody else.
    validatorUrl: null,
  });
}
