"use strict";
// The sentences of the catalogue (influence/statements), filled as Python fills them: each placeholder once, with text.
const Statements = (() => {
  let data = { statements: {} };

  // data: of the page; its `statements` are the templates, its `balanceClasses` the edges of the five classes.
  const load = (given) => { data = given; };

  const fill = (name, values = {}) => {
    const template = data.statements[name];
    if (template === undefined) throw new Error(`There is no statement ${name}.`);
    return template.replace(/\{(\w+)\}/g, (_, key) => {
      if (values[key] === undefined) throw new Error(`The statement ${name} needs a value for ${key}.`);
      return String(values[key]);
    });
  };

  // The class of a balance between two powers (statements/balance.py).
  function relies(balance, first, second) {
    const { equalBelow, muchMoreFrom } = data.balanceClasses;
    if (Math.abs(balance) < equalBelow) return fill("relies_equally", { first, second });
    const [leader, other] = balance > 0 ? [first, second] : [second, first];
    return fill(Math.abs(balance) >= muchMoreFrom ? "relies_much_more" : "relies_more", { leader, other });
  }

  return { load, fill, relies };
})();
