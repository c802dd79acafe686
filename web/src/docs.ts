// The interface to read and to try out: Swagger UI on our own description.

import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

const root = document.getElementById("interface");
if (root) {
  SwaggerUI({
    domNode: root,
    url: "/api/openapi.json",
    deepLinking: true,
    docExpansion: "none",
    filter: true,
    defaultModelsExpandDepth: 0,
    displayOperationId: true,
    // Nothing is asked of anybody else.
    validatorUrl: null,
  });
}
