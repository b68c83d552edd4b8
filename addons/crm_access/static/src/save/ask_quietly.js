import { RPCError } from "@web/core/network/rpc";

/**
 * What is asked beside a form, such as a summary of its record, is no error where the user may no
 * longer read the record: its form is being left (see out_of_reach.js).
 *
 * @param {Promise} asking the answer of the server
 * @param otherwise what to show then
 */
export async function askQuietly(asking, otherwise) {
    try {
        return await asking;
    } catch (error) {
        if (error instanceof RPCError && error.exceptionName === "odoo.exceptions.AccessError") {
            return otherwise;
        }
        throw error;
    }
}
