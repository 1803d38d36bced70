using System.Text;

namespace GpuContainers.Nvml;

/// <summary>Words for return codes when the library has none.</summary>
public static class NvmlReturnText
{
    /// <summary>The built-in name, such as <c>ERROR_DRIVER_NOT_LOADED</c>; an unknown code is told by its number.</summary>
    public static string BuiltIn(this NvmlReturn code)
    {
        if (code == NvmlReturn.Success)
            return "SUCCESS";
        if (!Enum.IsDefined(code))
            return $"unknown return value: {(int)code}";
        var name = new StringBuilder("ERROR");
        foreach (char c in code.ToString())
        {
            if (char.IsAsciiLetterUpper(c))
                name.Append('_');
            name.Append(char.ToUpperInvariant(c));
        }
        return name.ToString();
    }
}
