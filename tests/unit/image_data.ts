// ImageData as browsers have it, which node lacks: imported for its effect.
Object.assign(globalThis, {
  ImageData: class {
    data: Uint8ClampedArray;
    constructor(
      readonly width: number,
      readonly height: number,
    ) {
      this.data = new Uint8ClampedArray(4 * width * height);
    }
  },
});
