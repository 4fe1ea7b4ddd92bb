/** 128 bits of chance in hex: nobody finds one by trying (W4-24). */
export const NUMBER_FORM = /^[0-9a-f]{32}$/;
