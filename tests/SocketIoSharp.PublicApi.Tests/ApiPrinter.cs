using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace SocketIoSharp.PublicApi.Tests;

/// <summary>Prints what a user of an assembly can see, one member a line, in an order that does not depend on the source.</summary>
internal static class ApiPrinter
{
    public static string Print(Assembly assembly)
    {
        var types = assembly.GetTypes().Where(IsVisible).ToList();
        return Print($"# {assembly.GetName().Name}", types);
    }

    public static string Print(string title, IEnumerable<Type> types)
    {
        var text = new StringBuilder(title).Append('\n');
        foreach (var space in types.GroupBy(type => type.Namespace ?? "", StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            text.Append('\n').Append("namespace ").Append(space.Key).Append('\n');
            foreach (var type in space.OrderBy(TypeNames.OfDeclaration, StringComparer.Ordinal))
            {
                PrintType(text, type);
            }
        }

        return text.ToString();
    }

    private static void PrintType(StringBuilder text, Type type)
    {
        text.Append('\n');
        foreach (var attribute in MemberPrinter.Attributes(type))
        {
            text.Append(attribute).Append('\n');
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            text.Append(Access(type)).Append("delegate ").Append(MemberPrinter.Delegate(type)).Append('\n');
            return;
        }

        text.Append(Access(type)).Append(Kind(type)).Append(TypeNames.OfDeclaration(type));
        var parents = Parents(type).ToList();
        if (parents.Count > 0)
        {
            text.Append(" : ").AppendJoin(", ", parents);
        }

        text.Append(TypeNames.ConstraintsOf(OwnParameters(type))).Append('\n');
        foreach (var line in MemberPrinter.Lines(type).Order(StringComparer.Ordinal))
        {
            text.Append("    ").Append(line).Append('\n');
        }
    }

    private static bool IsVisible(Type type) =>
        !type.Name.Contains('<', StringComparison.Ordinal)
        && (type.IsPublic || ((type.IsNestedPublic || MemberPrinter.IsProtected(type)) && IsVisible(type.DeclaringType!)));

    private static string Access(Type type) => type.IsPublic || type.IsNestedPublic ? "public " : "protected ";

    private static string Kind(Type type)
    {
        if (type.IsEnum)
        {
            return "enum ";
        }

        if (type.IsInterface)
        {
            return "interface ";
        }

        if (type.IsValueType)
        {
            var isRecord = type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly) is not null;
            return (type.IsDefined(typeof(IsReadOnlyAttribute), inherit: false) ? "readonly " : "")
                + (type.IsByRefLike ? "ref " : "")
                + (isRecord ? "record " : "")
                + "struct ";
        }

        var modifier = (type.IsAbstract, type.IsSealed) switch
        {
            (true, true) => "static ",
            (true, false) => "abstract ",
            (false, true) => "sealed ",
            _ => "",
        };
        return modifier + (type.GetMethod("<Clone>$") is null ? "class " : "record ");
    }

    private static IEnumerable<string> Parents(Type type)
    {
        if (type.IsEnum)
        {
            var underlying = Enum.GetUnderlyingType(type);
            return underlying == typeof(int) ? [] : [TypeNames.Of(underlying)];
        }

        var inherited = new HashSet<Type>(type.BaseType?.GetInterfaces() ?? []);
        var interfaces = type.GetInterfaces();
        // Only what the declaration itself says: not what a base type or another interface brings along.
        inherited.UnionWith(interfaces.SelectMany(face => face.GetInterfaces()));
        var named = interfaces.Where(face => !inherited.Contains(face) && (face.IsPublic || face.IsNestedPublic))
            .Select(face => TypeNames.Of(face))
            .Order(StringComparer.Ordinal);
        var hasBase = type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType);
        return hasBase ? named.Prepend(TypeNames.Of(type.BaseType!)) : named;
    }

    private static IEnumerable<Type> OwnParameters(Type type) =>
        type.GetGenericArguments().Skip(type.DeclaringType?.GetGenericArguments().Length ?? 0);
}
