<%@ page contentType="text/plain; charset=UTF-8" session="false" %><%
    if ("POST".equals(request.getMethod())) {
        String item = request.getParameter("item");
        if (item == null) {
            throw new IllegalStateException("an order without an item");
        }
        out.println("ordered " + item + " x " + request.getParameter("quantity"));
    } else {
        out.println("the shop is open, served by " + application.getServerInfo());
    }
%>
