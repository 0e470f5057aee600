using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace RawWs.Tests.Architecture;

/// <summary>Finds the metadata tokens that a method's IL mentions (ECMA-335 partition III).</summary>
internal static class MethodTokens
{
    private const byte TwoBytePrefix = 0xFE;

    private static readonly Dictionary<ushort, OperandType> Operands = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static field => (OpCode)field.GetValue(null)!)
        .ToDictionary(static code => unchecked((ushort)code.Value), static code => code.OperandType);

    public static IEnumerable<int> In(byte[] il)
    {
        int at = 0;
        while (at < il.Length)
        {
            ushort code = il[at++];
            if (code == TwoBytePrefix) code = (ushort)((TwoBytePrefix << 8) | il[at++]);
            OperandType operand = Operands[code];
            if (operand is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineSig or OperandType.InlineTok or OperandType.InlineType)
                yield return BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(at));
            at += SizeOf(operand, il, at);
        }
    }

    private static int SizeOf(OperandType operand, byte[] il, int at) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(at))),
        _ => 4,
    };
}
