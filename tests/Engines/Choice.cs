using CsCheck;

namespace GpuContainers.Engines.Tests;

/// <summary>One of some values.</summary>
internal static class Choice
{
    internal static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);
}
